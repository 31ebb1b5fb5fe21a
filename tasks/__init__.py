"""The textbook's examples as programs: units, gates, XOR, sentiment, language models.

`python -m tasks` runs all of them, `python -m tasks NAME` one, and `--help` explains the options of each. Every task is
a module with two functions, `add_arguments(parser)` and `run(arguments)`; `tasks.support.command_line` knows where each lives.
The tasks use only what `autograd` and `nn` offer to every user, so each is also an example of how to use them.

"The textbook" is Jurafsky & Martin, *Speech and Language Processing*, 3rd edition; unless another chapter is named, its
chapter on neural networks.
"""
