"""`python -m autograd.checking --self-test`: break every rule of the table, and see whether the check finds out."""

from __future__ import annotations

from autograd import command_lines


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the result is the exit status: 0, 1 when a broken rule was not found, 2 for a mistake of the user."""
    parser = command_lines.Parser(prog="python -m autograd.checking", description="Check the check of derivatives.")
    parser.add_argument(
        "--self-test", action="store_true", help="break every rule of the table in turn, and count how many breaks are found"
    )

    def work() -> int:
        options = parser.parse_args(arguments)
        if not options.self_test:
            parser.print_help()
            return 2
        from autograd.checking.self_test.counting import run_self_test

        return 0 if run_self_test() else 1

    return command_lines.status_of(work, prefix=parser.prog)


if __name__ == "__main__":
    command_lines.leave(main())
