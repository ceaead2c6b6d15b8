"""Scores of several models as if all had answered the same questions: fixed effects, cluster-robust errors.

Shapes: Q questions, M models.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class AdjustedScores:
    """What each model would score on all questions.

    Attributes
    ----------
    score_M : adjusted scores
    error_M : standard errors, robust to clusters by question; given these questions
    low_M, high_M : interval by Student's t with one degree of freedom less than questions
    against_mean_p_M : p-value of the difference from the mean of all models (Wald)
    """

    score_M: Floats
    error_M: Floats
    low_M: Floats
    high_M: Floats
    against_mean_p_M: Floats


def adjust_scores(coverage_QM: ArrayLike, *, level: float = 0.95) -> AdjustedScores | None:
    """Least squares of coverage on models and questions: coverage_qm = a_q + b_m + error.

    An adjusted score is the mean of a_q over all questions plus b_m. Where every model answered every question it is
    the plain mean. Errors are clustered by question (CR1), which takes out how hard the questions are.

    Parameters
    ----------
    coverage_QM : coverage of each question by each model, nan where it was not rated

    Returns
    -------
    None where there are fewer than two models or two questions, or the models share too few questions to be compared

    References
    ----------
    Poole-Dayan et al. (2025), Benchmarking Overton pluralism in LLMs. Cameron and Miller (2015), A practitioner's guide
    to cluster-robust inference, equation 11.
    """
    given = np.asarray(coverage_QM, dtype=np.float64)
    given = given[~np.isnan(given).all(axis=1)]
    questions, models = given.shape
    if questions < 2 or models < 2:
        return None
    question, model = np.nonzero(~np.isnan(given))
    y_N = given[question, model]
    dummies_NM = np.eye(models)[model]
    per_Q = np.bincount(question, minlength=questions)
    y_Q = np.bincount(question, y_N, minlength=questions) / per_Q
    dummies_QM = np.zeros((questions, models))
    np.add.at(dummies_QM, question, dummies_NM)
    dummies_QM /= per_Q[:, None]
    within_y, within_x = y_N - y_Q[question], (dummies_NM - dummies_QM[question])[:, 1:]
    if np.linalg.matrix_rank(within_x) < models - 1:
        return None
    bread = np.linalg.inv(within_x.T @ within_x)
    effect = bread @ (within_x.T @ within_y)
    residual = within_y - within_x @ effect
    parts_Qm = np.zeros((questions, models - 1))
    np.add.at(parts_Qm, question, within_x * residual[:, None])
    influence_QM = np.concatenate([np.zeros((questions, 1)), parts_Qm @ bread], axis=1)
    effect_M = np.append(0.0, effect)
    share_M = dummies_QM.mean(axis=0)
    score = y_Q.mean() - share_M @ effect_M + effect_M
    about = influence_QM - (influence_QM @ share_M)[:, None]
    correction = questions / (questions - 1)
    error = np.sqrt(correction * (about**2).sum(axis=0))
    spread = stats.t.ppf((1 + level) / 2, questions - 1) * error
    apart = influence_QM - influence_QM.mean(axis=1, keepdims=True)
    apart_error = np.sqrt(correction * (apart**2).sum(axis=0))
    difference = effect_M - effect_M.mean()
    ratio = np.divide(np.abs(difference), apart_error, out=np.full(models, np.inf), where=apart_error > 0)
    ratio[np.isclose(difference, 0)] = 0.0
    p = 2 * stats.t.sf(ratio, questions - 1)
    return AdjustedScores(score, error, score - spread, score + spread, p)
