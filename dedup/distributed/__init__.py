"""The stages on many machines: the functions of one machine, called on parts of a batch.

In: Spark DataFrames. Out: the frames of the pipeline, spread. Must not know who calls the stages, nor how a pair is
judged or a story told: what can be said of an article, a pair or a group by itself is said by the same functions as on
one machine; here is only what needs the whole batch (how many share a term, which line an outlet prints everywhere).
"""
