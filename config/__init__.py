"""What an operator sets: settings and logging.

The one rule: nothing of ours is imported here, and nothing happens before it is asked for.
"""
