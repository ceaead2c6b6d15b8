"""About sixty statements on how AI assistants should behave, and how three made-up groups of people lean on each."""

# Each row: the statement; the chance that a person of the group agrees, once they have an opinion at all, for the
# groups "careful" (limits first), "free" (one's own judgement first) and "civic" (common rules and oversight first).

GROUPS = ("careful", "free", "civic")

STATEMENTS: tuple[tuple[str, tuple[float, float, float]], ...] = (
    # What all share
    ("An assistant should say plainly when it does not know something.", (0.96, 0.95, 0.97)),
    ("An assistant should never pretend to be a human being.", (0.95, 0.88, 0.96)),
    ("People should be able to see and delete what an assistant remembers about them.", (0.93, 0.96, 0.95)),
    (
        "When somebody talks about harming themselves, the assistant should answer with care and name real help.",
        (0.97, 0.88, 0.95),
    ),
    (
        "An assistant should explain its reasons in words a fourteen-year-old understands when asked to.",
        (0.86, 0.85, 0.9),
    ),
    ("Assistants should work as well in small languages as in English.", (0.84, 0.8, 0.92)),
    ("An assistant must not help anyone build a weapon that could kill many people.", (0.98, 0.9, 0.97)),
    (
        "It should be easy to reach a person when the assistant cannot solve a problem with a public office.",
        (0.94, 0.86, 0.96),
    ),
    ("An assistant should correct itself openly when it notices that it was wrong.", (0.95, 0.94, 0.96)),
    ("Assistants used by children need different rules from those used by adults.", (0.96, 0.8, 0.93)),
    ("An assistant should tell me when a company pays for what it recommends.", (0.93, 0.9, 0.97)),
    ("An assistant should ask what I mean before answering an unclear question about my health.", (0.93, 0.8, 0.9)),
    # Careful against free
    ("An assistant should refuse whenever it is unsure whether an answer could hurt somebody.", (0.9, 0.1, 0.5)),
    ("Adults should get a straight answer to any legal question they ask.", (0.25, 0.96, 0.62)),
    ("An assistant should warn about risks even when nobody asked for a warning.", (0.9, 0.15, 0.6)),
    ("I would rather have an assistant that is too careful than one that is too free.", (0.95, 0.06, 0.55)),
    ("An assistant should give the exact dose of a medicine when asked.", (0.15, 0.86, 0.35)),
    ("An assistant may swear if that is how I talk.", (0.12, 0.9, 0.45)),
    ("An assistant should not write violent stories, not even for novels.", (0.72, 0.05, 0.25)),
    ("Describing how drugs are taken more safely saves lives and belongs in an answer.", (0.3, 0.9, 0.72)),
    ("Locking dangerous knowledge away is worth it, even if honest people are sometimes refused.", (0.92, 0.12, 0.5)),
    ("It is not an assistant's business to judge my lifestyle.", (0.4, 0.97, 0.66)),
    ("An assistant should suggest a break after two hours of chatting.", (0.82, 0.15, 0.5)),
    ("Erotic stories between adults are fine if the person asking is an adult.", (0.18, 0.93, 0.55)),
    ("An assistant should report a user who plans a crime to the police.", (0.8, 0.15, 0.4)),
    ("An assistant should help me hack into my own devices when I have lost the password.", (0.3, 0.93, 0.5)),
    # Civic against the others
    ("The rules an assistant follows should be decided by elected bodies, not by companies.", (0.5, 0.22, 0.94)),
    ("A panel of citizens drawn by lot should be able to stop the release of a new model.", (0.45, 0.12, 0.9)),
    ("Companies know best how their assistants should behave.", (0.4, 0.5, 0.05)),
    ("Every change to an assistant's rules should be published together with who wanted it.", (0.62, 0.6, 0.97)),
    ("Whoever labels data for an assistant should earn at least a living wage.", (0.72, 0.5, 0.97)),
    ("An assistant should name minority views even when most people reject them.", (0.4, 0.72, 0.93)),
    ("Public money should pay for an assistant that belongs to everybody.", (0.4, 0.15, 0.9)),
    (
        "An assistant that harms someone should be taken off line until an independent body has looked into it.",
        (0.8, 0.18, 0.92),
    ),
    ("People whose texts trained an assistant should share in what it earns.", (0.55, 0.3, 0.93)),
    ("It is enough if an assistant follows the law; more rules are not needed.", (0.2, 0.85, 0.08)),
    ("Different towns may give their assistants different rules.", (0.25, 0.6, 0.85)),
    ("An assistant should say which political views it was trained to avoid.", (0.5, 0.8, 0.93)),
    # Free and civic against careful, careful and civic against free
    ("An assistant should discuss religion as openly as any other subject.", (0.35, 0.88, 0.85)),
    ("Satire about politicians is fine, in office or not.", (0.4, 0.95, 0.9)),
    ("An assistant should always take the side of experts.", (0.82, 0.12, 0.3)),
    ("An assistant should keep what I tell it secret, even from my family.", (0.5, 0.95, 0.88)),
    ("Photos of real people must not be altered without their consent.", (0.95, 0.45, 0.95)),
    ("An assistant should not imitate the voice of a living singer.", (0.86, 0.25, 0.9)),
    ("Schools should forbid assistants in written examinations.", (0.88, 0.4, 0.8)),
    ("An assistant should refuse to write an employer's dismissal letters.", (0.25, 0.08, 0.45)),
    # Where people are not sure
    ("An assistant should tell me when it thinks my question rests on a prejudice.", (0.55, 0.3, 0.72)),
    ("An assistant should agree with my values when it gives advice.", (0.35, 0.55, 0.25)),
    ("If two values conflict, the assistant should show both sides and let me decide.", (0.7, 0.88, 0.85)),
    ("If two values conflict, the assistant should recommend what harms the weakest least.", (0.75, 0.4, 0.82)),
    ("An assistant may tell a white lie to spare my feelings.", (0.3, 0.25, 0.2)),
    ("An assistant should remember our earlier conversations unless I say no.", (0.35, 0.72, 0.4)),
    ("An assistant should have the same personality for everyone.", (0.55, 0.18, 0.45)),
    ("A friendly tone matters less than a correct answer.", (0.75, 0.82, 0.78)),
    ("Assistants make people lonelier.", (0.65, 0.25, 0.55)),
    ("I would let an assistant negotiate my rent for me.", (0.22, 0.75, 0.35)),
    ("An assistant should answer a question about the climate with what most scientists hold.", (0.82, 0.5, 0.9)),
    (
        "In a chemistry question, the assistant should ask what the substance is for before it answers.",
        (0.88, 0.3, 0.75),
    ),
    (
        "An assistant should check the units and the plausibility of every technical calculation it gives.",
        (0.92, 0.85, 0.9),
    ),
    (
        "Elderly people should be able to choose an assistant that speaks more slowly and repeats itself.",
        (0.86, 0.8, 0.9),
    ),
)
