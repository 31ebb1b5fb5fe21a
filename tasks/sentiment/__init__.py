"""Sentiment classification: from hand-made features to embeddings.

    corpora      what a corpus is; the shipped one        readers      the published formats
    lexicons     lists of positive and negative words     features     tokens, and the six features
    networks     features or embeddings into layers       classifiers  fitting a network to documents
    folds        what is learnt from, what judged on      measures     accuracy, F1, the confusion matrix
    evaluation   judging a model, the effect of words     report, figures, task   tables, pictures, options

Source: Jurafsky & Martin, *Speech and Language Processing*, the chapter on neural networks.
"""
