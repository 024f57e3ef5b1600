"""What the comparing of texts knows of scripts: which put no spaces between words, and what belongs to the letter before."""

from __future__ import annotations

from typing import Final

UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts that put no spaces between words, for a class of a pattern: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""
JOINING: Final = ("Mn", "Mc", "Me", "Cf")
"""Categories of characters that belong to the letter before: accents, vowel signs, soft hyphens, zero-width characters."""
