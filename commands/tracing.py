"""What a log may hold of an error: where it went through, never its words, which may quote what people wrote."""

import traceback


def trace_of(error: BaseException) -> list[str]:
    """Where an error went through, innermost last, with the kinds of error; never their words, which may quote."""
    places: list[str] = []
    chain: list[BaseException] = [error]
    while (before := chain[-1].__cause__ or chain[-1].__context__) is not None:
        chain.append(before)
    for one in reversed(chain):
        places += [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(one.__traceback__)]
        places.append(type(one).__name__)
    return places
