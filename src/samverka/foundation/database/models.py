"""What a table says about itself to those who guard it."""

from typing import ClassVar

from django.db import models


class Owned(models.Model):
    """Base of every table: `owner_key` is the path to the organisation or collaboration that owns a row.

    A table that nobody owns sets it to None and says why in a comment; a guard test reads both.
    """

    owner_key: ClassVar[str | None]
    append_only: ClassVar[bool] = False
    """The application's role may add rows but neither change nor remove them."""
    row_security: ClassVar[bool] = False
    """PostgreSQL itself filters the rows by who acts."""

    class Meta:
        abstract = True
