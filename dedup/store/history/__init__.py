"""The history: what earlier batches were, in one file that every run looks up and adds to.

``database`` opens the file, ``tables`` says what is in it and for which settings, ``lookups`` reads what a batch needs,
``commits`` adds a batch in one transaction, ``reading`` gives whole stories, ``upkeep`` keeps the file in order.
"""
