"""The classifiers that flatnlp trains, explains and saves."""

from flatnlp.models.encoder_classifier import EncoderClassifier
from flatnlp.models.word_classifier import WordClassifier

TrainedClassifier = WordClassifier | EncoderClassifier
"""Both have ``network``, ``ids``, ``word_ids``, ``has_unknown``, ``importance``, ``refresh`` and ``length``."""
