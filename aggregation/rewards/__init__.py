"""Group-conditioned reward models: who prefers what, learnt from points and pairs with their raters' groups.

No Django here. Modules load torch only where they compute with it, so that reading data, selecting among candidates
and measuring stay light.
"""
