"""Pure answers about renders."""

# Before the first finished render there is nothing to average: say what the embedded engine needs.
SECONDS_PER_SECOND_DEFAULT = 2.0
