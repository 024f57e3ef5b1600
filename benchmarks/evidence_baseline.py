"""What passages are ranked by elsewhere: BM25 over the words as they are, with the constants that search engines come with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import log1p

_K1, _B = 1.2, 0.75


def plain_bm25(passages: Sequence[str], claim: str) -> list[int]:
    """Return the indices of all passages, the best first; of equal ones the first."""
    told = [Counter(re.findall(r"\w+", passage.casefold())) for passage in passages]
    lengths = [words.total() for words in told]
    mean = sum(lengths) / max(1, len(lengths)) or 1.0
    among = Counter(word for words in told for word in words)
    scores = [0.0] * len(told)
    for word in set(re.findall(r"\w+", claim.casefold())) & among.keys():
        rarity = log1p((len(told) - among[word] + 0.5) / (among[word] + 0.5))
        for index, words in enumerate(told):
            if count := words[word]:
                scores[index] += rarity * count * (_K1 + 1) / (count + _K1 * (1 - _B + _B * lengths[index] / mean))
    return sorted(range(len(told)), key=lambda index: (-scores[index], index))
