"""Words that look like other words: letters of another alphabet, or of another width."""

# ruff: noqa: RUF001 - they are what this is about

import unicodedata

from guards.pattern import expression

# Letters that a reader takes for ASCII ones in most typefaces.
_LOOKALIKES = {
    # Cyrillic
    **dict(zip("асԁеһіјӏорԛѕԝхуү", "acdehijlopqswxyy", strict=True)),
    **dict(zip("АВСЕНІЈКМОРЅТХУҮԚԜ", "ABCEHIJKMOPSTXYYQW", strict=True)),
    # Greek
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo", strict=True)),
    # Armenian, Cherokee, phonetic letters and click marks
    **dict(zip("օոսհցզՕՏԼ", "onuhgqOSL", strict=True)),
    **dict(zip("ᎠᎡᎢᎪᎫᎳᎷᎻᏃᏚᏟᏢᏦ", "DRTAJWMHZSCPK", strict=True)),
    **dict(zip("ɑɡǃǀ", "ag!|", strict=True)),
}
_TO_ASCII = str.maketrans(_LOOKALIKES)
_WORD = expression(r"\w+")
_PIECE = expression(r"[^\W\d_]+")
# Forms of width and of mathematical type that compilers fold into plain letters.
_FOLDED = expression("[\uff01-\uff5e\U0001d400-\U0001d7ff\ufb00-\ufb06\u017f\u212a]")
_MAX_WORD = 200


def words(text: str) -> tuple[str, ...]:
    """Runs of letters, digits and underscores, in order."""
    return tuple(_WORD.findall(text))


def passes_for(word: str) -> str | None:
    """The plain word that a word of mixed alphabets or widths is read as; None for honest ones."""
    if word.isascii() or len(word) > _MAX_WORD:
        return None
    plain = word.translate(_TO_ASCII)
    if plain.isascii() and any(_is_mixed(piece) for piece in _PIECE.findall(word)):
        return plain
    folded = unicodedata.normalize("NFKC", word)
    is_name = folded.isascii() and not folded.isdigit()
    return folded if is_name and _FOLDED.search(word) else None


def twin(word: str) -> str | None:
    """The other spelling that people or compilers take a word for, if there is one."""
    if word.isascii() or len(word) > _MAX_WORD:
        return None
    plain = word.translate(_TO_ASCII)
    other = plain if plain.isascii() else unicodedata.normalize("NFKC", word)
    return None if other == word else other


def _is_mixed(piece: str) -> bool:
    return any(letter in _LOOKALIKES for letter in piece) and any(
        letter.isascii() for letter in piece
    )
