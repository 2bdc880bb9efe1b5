"""One of each estimator, at a size that fits in a moment."""

from __future__ import annotations

from typing import Any

from penstock.scratch.bayes.gaussian import GaussianNB
from penstock.scratch.bayes.multinomial import MultinomialNB
from penstock.scratch.cluster.agglomerative import AgglomerativeClustering
from penstock.scratch.cluster.dbscan import DBSCAN
from penstock.scratch.cluster.kmeans import KMeans
from penstock.scratch.embed.pca import PCA
from penstock.scratch.ensemble.bagging import BaggingClassifier
from penstock.scratch.ensemble.forest import RandomForestClassifier, RandomForestRegressor
from penstock.scratch.ensemble.gradient_boosting import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
)
from penstock.scratch.ensemble.newton_boosting import (
    NewtonBoostingClassifier,
    NewtonBoostingRegressor,
)
from penstock.scratch.ensemble.stacking import StackingClassifier
from penstock.scratch.linear.lasso import Lasso
from penstock.scratch.linear.least_squares import LinearRegression
from penstock.scratch.linear.logistic import LogisticRegression
from penstock.scratch.linear.ridge import Ridge
from penstock.scratch.neighbors.knn import KNeighborsClassifier, KNeighborsRegressor
from penstock.scratch.preprocess.encoders import OneHotEncoder, OrdinalEncoder
from penstock.scratch.preprocess.imputers import KNNImputer, SimpleImputer
from penstock.scratch.preprocess.pipeline import Pipeline
from penstock.scratch.preprocess.power import PowerTransformer
from penstock.scratch.preprocess.scalers import MinMaxScaler, StandardScaler
from penstock.scratch.selection.chi2 import SelectKBest
from penstock.scratch.selection.rfe import RFE
from penstock.scratch.svm.linear_svc import LinearSVC
from penstock.scratch.svm.svc import SVC
from penstock.scratch.text.tfidf import TfidfTransformer
from penstock.scratch.trees.decision_tree import DecisionTreeClassifier, DecisionTreeRegressor
from penstock.scratch.tuning.search import GridSearchCV

EVERY: list[Any] = [
    LinearRegression(),
    Ridge(),
    Lasso(0.1),
    LogisticRegression(),
    GaussianNB(),
    MultinomialNB(),
    KNeighborsClassifier(),
    KNeighborsRegressor(),
    DecisionTreeClassifier(),
    DecisionTreeRegressor(),
    BaggingClassifier(n_estimators=5),
    RandomForestClassifier(5),
    RandomForestRegressor(5),
    GradientBoostingClassifier(5),
    GradientBoostingRegressor(5),
    NewtonBoostingClassifier(5),
    NewtonBoostingRegressor(5),
    StackingClassifier([("bayes", GaussianNB())], cv=2),
    SVC(),
    LinearSVC(),
    StandardScaler(),
    MinMaxScaler(),
    PowerTransformer(),
    SimpleImputer(),
    KNNImputer(),
    OneHotEncoder("ignore"),
    OrdinalEncoder(),
    SelectKBest(k=1),
    RFE(LogisticRegression()),
    TfidfTransformer(),
    Pipeline([("scale", StandardScaler()), ("logistic", LogisticRegression())]),
    GridSearchCV(LogisticRegression(), {"C": [1.0]}, cv=2),
    KMeans(3, random_state=0),
    DBSCAN(),
    AgglomerativeClustering(),
    PCA(),
]
