"""Text from a car, a cloud or a file, as a terminal, a log or a pipe may have it."""


def printable(text: str) -> str:
    r"""Return a text in one line without what would move a cursor, hide anything or ring.

    What cannot be printed stands as its escape, so that a log shows what came.

    >>> printable("\x1b[2J opened\n")
    '\\x1b[2J opened\\n'
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _escape(each) for each in text)


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")
