"""Django's own commands (makemigrations, shell), for those who develop Samverka. People run `samverka`."""

import sys

from django.core.management import execute_from_command_line

from samverka.config import boot

if __name__ == "__main__":
    boot()
    execute_from_command_line(sys.argv)
