// One line for each module.
