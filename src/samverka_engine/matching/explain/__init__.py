"""Why an answer is as it is: for each need, each place and each group, and against an earlier answer."""
