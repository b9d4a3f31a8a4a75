"""Countries whose public holidays are known."""

from config.mistakes import none_of, spoken

DEFAULT = "JP"


def trouble(country: str, subdivision: str) -> tuple[str, str] | None:
    """Return which of the two keys is wrong and why, None when there are such holidays."""
    if not subdivision and country in {DEFAULT, ""}:
        return None
    from holidays import list_supported_countries  # noqa: PLC0415 - slow to load, and seldom asked

    known = list_supported_countries()
    if country not in known:
        why = (
            f"no public holidays are known of {spoken(country)}; write two letters, like JP or GB, or nothing"
        )
        return "country", why
    if subdivision and subdivision not in known[country]:
        return "subdivision", none_of(subdivision, known[country] or ["nothing"])
    return None
