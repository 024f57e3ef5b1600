"""Superscripts and subscripts as plain text: 10⁶, H₂O, x^(n+1). Nothing glues to the word before it."""

from __future__ import annotations

from typing import Final

_DIGITS: Final = "0123456789+-−=()"
_RAISED: Final = {
    **dict(zip(_DIGITS, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾", strict=True)),
    **dict(zip("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True)),
    **dict(zip("ABDEGHIJKLMNOPRTUVW", "ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ", strict=True)),
    "–": "⁻",
    "α": "ᵅ",
    "β": "ᵝ",
    "γ": "ᵞ",
    "δ": "ᵟ",
}
_LOWERED: Final = {
    **dict(zip(_DIGITS, "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True)),
    **dict(zip("aehijklmnoprstuvx", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)),
    "–": "₋",
    "β": "ᵦ",
    "γ": "ᵧ",
    "ρ": "ᵨ",
    "φ": "ᵩ",
    "χ": "ᵪ",
}
_PLAIN: Final = frozenset("*†‡§¶#'′″‴°®™©’")
"""Signs that stand high by themselves."""
_ORDINALS: Final = frozenset({"st", "nd", "rd", "th", "er", "re", "e", "o", "a", "ème", "eme"})
_LONGEST: Final = 12


def raised(text: str, before: str = "") -> str:
    """Return superscript text with superscript characters where there are some for all of it, else with a "^" in front.

    `before` is what it stands behind: an ordinal's letters ("4th") stay as they are.
    """
    if before[-1:].isdecimal() and text.strip() in _ORDINALS:
        return text
    return _set(text, "^", _RAISED)


def lowered(text: str) -> str:
    """Return subscript text with subscript characters where there are some for all of it, else with a "_" in front."""
    return _set(text, "_", _LOWERED)


def _set(text: str, sign: str, forms: dict[str, str]) -> str:
    """Return `text` high or low. What is neither in `forms` nor separates them cannot be set so."""
    bare = text.strip()
    if not bare or _PLAIN.issuperset(bare):
        return text
    if (
        len(bare) <= _LONGEST
        and all(char in forms or char in "/,." or char.isspace() for char in bare)
        and any(char in forms for char in bare)
    ):
        return "".join(forms.get(char, char) for char in text)
    if bare[0] in "[(^_" or not any(map(str.isalnum, bare)):
        return text
    whole = bare if bare.isalnum() or len(bare) == 1 else f"({bare})"
    return text.replace(bare, sign + whole, 1)
