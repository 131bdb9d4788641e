"""What must never enter a score. It enters the audit, as groups."""

__all__ = ["FORBIDDEN", "is_forbidden"]

FORBIDDEN = frozenset(
    {
        *("nationality", "citizenship", "country_of_birth", "birth_country", "ethnicity", "origin", "sex", "gender"),
        *("nationalitet", "medborgarskap", "födelseland", "etnicitet", "ursprung", "kön", "juridiskt_kön"),
    }
)


def is_forbidden(name: str) -> bool:
    """Whether a column or criterion is one of these, however it is written."""
    return name.strip().lower().replace(" ", "_").replace("-", "_") in FORBIDDEN
