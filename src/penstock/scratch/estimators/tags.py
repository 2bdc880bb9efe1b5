"""What an estimator tells scikit-learn about itself, field by field under the same names.

scikit-learn's own tools (`clone`, `Pipeline`, `cross_val_score`) read these fields and no more, so
that an estimator from here can stand where theirs do.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class InputTags:
    """What the rows may be."""

    one_d_array: bool = False
    two_d_array: bool = True
    three_d_array: bool = False
    sparse: bool = False
    categorical: bool = False
    string: bool = False
    dict: bool = False
    positive_only: bool = False
    allow_nan: bool = False
    pairwise: bool = False


@dataclass
class TargetTags:
    """What the target may be."""

    required: bool
    one_d_labels: bool = False
    two_d_labels: bool = False
    positive_only: bool = False
    multi_output: bool = False
    single_output: bool = True


@dataclass
class TransformerTags:
    """Which dtypes come out as they went in."""

    preserves_dtype: list[str] = field(default_factory=list)


@dataclass
class ClassifierTags:
    """What a classifier can."""

    poor_score: bool = False
    multi_class: bool = True
    multi_label: bool = False


@dataclass
class RegressorTags:
    """What a regressor can."""

    poor_score: bool = False


@dataclass
class Tags:
    """All of it."""

    estimator_type: str | None
    target_tags: TargetTags
    transformer_tags: TransformerTags | None = None
    classifier_tags: ClassifierTags | None = None
    regressor_tags: RegressorTags | None = None
    array_api_support: bool = False
    no_validation: bool = False
    non_deterministic: bool = False
    requires_fit: bool = True
    _skip_test: bool = False
    input_tags: InputTags = field(default_factory=InputTags)
