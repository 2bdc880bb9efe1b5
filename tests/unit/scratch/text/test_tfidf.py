from __future__ import annotations

import pytest
import sklearn.feature_extraction.text as theirs
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.bayes.multinomial import MultinomialNB
from penstock.scratch.errors import SettingError
from penstock.scratch.estimators.errors import NotFittedError
from penstock.scratch.text.counts import CountVectorizer
from penstock.scratch.text.tfidf import TfidfVectorizer
from tests.unit.scratch.against_sklearn import near
from tests.unit.scratch.against_torch import drawn

WORDS = ("the", "a", "of", "gate", "Gate", "water", "turbine", "ünïcode", "x2", "river's", "don't")
words = st.sampled_from(WORDS)
texts = st.lists(
    st.lists(words, max_size=12).map(lambda one: ", ".join(one) + "."), min_size=3, max_size=9
).map(lambda many: ["the gate lets water through", *many])


@pytest.mark.curriculum("F33")
@drawn
@given(
    given_texts=texts,
    high=st.integers(1, 3),
    lower=st.booleans(),
    least=st.integers(1, 2),
    most=st.sampled_from([0.7, 1.0]),
    sublinear=st.booleans(),
)
def test_weighed_words_are_scikit_learns(
    given_texts: list[str], high: int, lower: bool, least: int, most: float, sublinear: bool
) -> None:
    given_texts = [*given_texts, "gate water", "gate of a turbine"]
    settings = {
        "ngram_range": (1, high),
        "lowercase": lower,
        "min_df": least,
        "max_df": most,
    }
    try:
        expected = theirs.TfidfVectorizer(**settings, sublinear_tf=sublinear).fit(given_texts)
    except ValueError:
        with pytest.raises(ValueError, match="no terms remain"):
            TfidfVectorizer(**settings, sublinear_tf=sublinear).fit(given_texts)
        return
    ours = TfidfVectorizer(**settings, sublinear_tf=sublinear)
    told = ours.fit_transform(given_texts)
    assert ours.get_feature_names_out().tolist() == expected.get_feature_names_out().tolist()
    near(ours.idf_, expected.idf_, "idf_", 1e-14)
    near(told, expected.transform(given_texts).toarray(), "weights", 1e-14)
    unseen = ["water unheard of", ""]
    near(ours.transform(unseen), expected.transform(unseen).toarray(), "weights", 1e-14)
    counts = CountVectorizer(**settings).fit(given_texts).transform(unseen)
    its = theirs.CountVectorizer(**settings).fit(given_texts).transform(unseen).toarray()
    assert (counts == its).all()


@pytest.mark.curriculum("F33")
def test_words_tell_what_a_review_thinks() -> None:
    good = ["a fine gate", "works well and fine", "well made", "fine and strong"]
    bad = ["leaks and rusts", "a bad gate leaks", "rusts soon", "bad and weak"]
    words_of = CountVectorizer()
    x = words_of.fit_transform([*good, *bad])
    fitted = MultinomialNB().fit(x, ["good"] * 4 + ["bad"] * 4)
    assert fitted.predict(words_of.transform(["a fine one", "it leaks"])).tolist() == [
        "good",
        "bad",
    ]


def test_what_holds_no_texts_or_no_words_is_refused() -> None:
    with pytest.raises(ValueError, match="Iterable over raw text documents expected"):
        CountVectorizer().fit("one text")
    with pytest.raises(ValueError, match="empty vocabulary"):
        CountVectorizer().fit(["a", "b"])
    with pytest.raises(SettingError, match="strings, got int"):
        CountVectorizer().fit([1, 2])  # type: ignore[list-item]
    with pytest.raises(SettingError, match="'ngram_range' parameter of CountVectorizer"):
        CountVectorizer(ngram_range=(2, 1)).fit(["some text"])
    for kind in (CountVectorizer, TfidfVectorizer):
        with pytest.raises(NotFittedError):
            kind().transform(["some text"])
