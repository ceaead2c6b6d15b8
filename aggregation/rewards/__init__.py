"""Group-conditioned reward models: who prefers what, learnt from points and pairs with their raters' groups.

No Django here. Modules load torch only where they compute with it, so that reading data, selecting among candidates
and measuring stay light.

The way from answers to a model and back, and where each step lives:

========================  ===============================================================================
read answers              ``tables.read_points``, ``tables.read_pairs``, ``data.within_rater_pairs``
embed texts               ``encoder.embed`` (each distinct text once, kept by hash)
say what a yes is         ``thresholds.choose_thresholds``: one value for all dimensions, or one for each
pose the problem          ``problem.Problem``: texts, vocabularies, train and val, threshold
what it will cost         ``cost.estimate``: seconds and bytes, before anything is computed
train                     ``training.train(problem, settings, listen=…, checkpoint=…)``
tell how far it is        ``progress.Event`` to the listener; ``progress.Curves`` keeps what a page draws
stop                      raise ``progress.Stopped`` in the listener
go on                     the same call with the same ``checkpoint``, any mapping of names to bytes
measure and describe      ``assembly.assemble`` gives an ``artifacts.Artifact``; ``report.full_report`` its figures
keep and load             ``artifacts.write_artifact`` (``raters=False`` leaves single persons out), ``read_artifact``
score any text            ``scoring.score_texts`` for everybody, a group or a blend, three uncertainties;
                          ``scoring.rewards_by_group`` for every level of an attribute side by side
score rows                ``ensemble.RewardEnsemble.predict_points`` and ``predict_pairs``, ``meet`` for new persons
choose among candidates   ``selection``: Pareto, Chebyshev, lexicographic, CVaR, floors, E[R] - lambda CVaR, abstain
where groups part         ``disagreement.dividing_items``
========================  ===============================================================================
"""
