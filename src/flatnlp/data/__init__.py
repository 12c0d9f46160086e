"""Data sets, their splits, the vocabulary and the word vectors."""

from flatnlp.data.datasets import DataSet, load_data
from flatnlp.data.preprocessing import PREPROCESSING, Preprocessing, preprocessing_for
from flatnlp.data.vectors import WordVectors, load_vectors
from flatnlp.data.vocabulary import Vocabulary

__all__ = [
    "PREPROCESSING",
    "DataSet",
    "Preprocessing",
    "Vocabulary",
    "WordVectors",
    "load_data",
    "load_vectors",
    "preprocessing_for",
]
