"""The brief of 5 September 2020, fact by fact, and where a reader finds each of them.

The reference started from that text. Each of its 81 facts stands on a public page, cited to it, and
beside it what better sources say. The pages are tested against this table.
"""

from typing import NamedTuple


class BriefFact(NamedTuple):
    """One fact of the brief.

    number: as the facts are counted, 1 to 81, in the order of the text.
    path: the public page where a reader would look for it.
    quote: the exact phrase it rests on, as cited; empty for the title and the date, which are the source itself.
    shows: what must stand on that page: our value and, where a better source refines or contradicts the
    brief, what that source says. Dates are ISO texts where they are values, and in words in our sentences.
    """

    number: int
    path: str
    quote: str
    shows: tuple[str, ...]


COUNTER = (
    "counter cyber warfare, narcotics trafficking, the illegal circulation of weapons, "
    "transnational crime, and terrorism"
)
MEMBERS = "Current CSTO members are Armenia, Belarus, Kazakhstan, Kyrgyzstan, the Russian Federation and Tajikistan"
SERVES = (
    "development and strengthening of friendship, inter-ethnic accord, trust, mutual "
    "understanding, and cooperation between States"
)
POLICIES = (
    "their economies, foreign relations, defense, immigration policies, environmental protection, and law enforcement"
)

BRIEF = [
    BriefFact(1, "/sources/brief-2020/", "", ("CSTO and CIS",)),
    BriefFact(2, "/sources/brief-2020/", "", ("2020-09-05", "EVN Report")),
    BriefFact(
        3,
        "/organizations/csto/",
        "The Collective Security Treaty Organization (CSTO)",
        ("Collective Security Treaty Organization",),
    ),
    BriefFact(4, "/organizations/csto/", "(CSTO)", ("CSTO", "ОДКБ", "ODKB")),
    BriefFact(5, "/organizations/csto/provisions/", "Russia-led", ("It is led by Russia", "not a legal role")),
    BriefFact(
        6,
        "/organizations/csto/",
        "military alliance",
        ("Military alliance", "international regional organization"),
    ),
    BriefFact(
        7,
        "/organizations/csto/",
        "of seven former Soviet states",
        ("there were seven only between the accession of Uzbekistan", "6", "2006-06-23", "2012-12-19"),
    ),
    BriefFact(8, "/organizations/csto/", "former Soviet states", ("former Soviet states",)),
    BriefFact(
        9,
        "/organizations/csto/",
        "that was created in 2002",
        ("2002-10-07", "15 May 1992", "20 April 1994", "2003-09-18"),
    ),
    BriefFact(
        10,
        "/organizations/csto/provisions/",
        "ensure the collective defence of any member that faces external aggression",
        ("Collective defence of any member that faces external aggression", "Article 3 of the Charter is wider"),
    ),
    BriefFact(
        11,
        "/organizations/csto/",
        "described by political scientists as the Eurasian counterpart of NATO",
        ("Political scientists have described it as the Eurasian counterpart of NATO", "An opinion"),
    ),
    BriefFact(
        12,
        "/organizations/nato/",
        "NATO, which has 29 member states",
        ("29", "2020-03-27", "there were 30", "32"),
    ),
    BriefFact(13, "/organizations/csto/", "while the CSTO has just six", ("have been six again since 2012", "6")),
    BriefFact(
        14,
        "/organizations/csto/provisions/",
        "supports arms sales and manufacturing",
        ("It supports arms sales", "preferential arms supply"),
    ),
    BriefFact(
        15,
        "/organizations/csto/provisions/",
        "supports arms sales and manufacturing",
        ("It supports the manufacture of arms", "Interstate Commission for Military-Economic Cooperation"),
    ),
    BriefFact(
        16, "/organizations/csto/provisions/", "military training and exercises", ("It supports military training",)
    ),
    BriefFact(
        17,
        "/organizations/csto/provisions/",
        "military training and exercises",
        ("It supports military exercises", "Exercises take place every year"),
    ),
    BriefFact(
        18,
        "/organizations/csto/provisions/",
        "making the CSTO the most important multilateral defence organization",
        ("The most important multilateral defence organization in the former Soviet Union", "A judgement"),
    ),
    BriefFact(
        19,
        "/organizations/csto/",
        MEMBERS,
        ("Armenia", "2002-10-07", "Frozen", "2024-02-22", "remains a full member"),
    ),
    BriefFact(20, "/organizations/csto/", MEMBERS, ("Belarus", "2002-10-07")),
    BriefFact(21, "/organizations/csto/", MEMBERS, ("Kazakhstan", "2002-10-07")),
    BriefFact(22, "/organizations/csto/", MEMBERS, ("Kyrgyzstan", "2002-10-07")),
    BriefFact(23, "/organizations/csto/", MEMBERS, ("Russia", "2002-10-07")),
    BriefFact(24, "/organizations/csto/", MEMBERS, ("Tajikistan", "2002-10-07")),
    BriefFact(
        25,
        "/organizations/csto/",
        "Afghanistan and Serbia hold observer status",
        ("Afghanistan", "2013-04-11", "Parliamentary Assembly, not of the CSTO itself", "2021"),
    ),
    BriefFact(
        26,
        "/organizations/csto/",
        "Afghanistan and Serbia hold observer status",
        ("Serbia", "2013-04-11", "Parliamentary Assembly, not of the CSTO itself"),
    ),
    BriefFact(
        27,
        "/councils/csto-collective-security-council/",
        "uses a rotating presidency system",
        ("Rotates among the members",),
    ),
    BriefFact(
        28,
        "/councils/csto-collective-security-council/",
        "the state leading the CSTO changes every year",
        ("12", "Kyrgyzstan presided in 2025"),
    ),
    BriefFact(
        29,
        "/organizations/csto/provisions/",
        "coordinates efforts in fighting the illegal circulation of weapons",
        ("It coordinates the fight against the illegal circulation of weapons among its members",),
    ),
    BriefFact(
        30,
        "/organizations/csto/provisions/",
        "developed law enforcement training",
        ("It has developed law-enforcement training for its members", "Found only in the brief"),
    ),
    BriefFact(
        31,
        "/organizations/csto/provisions/",
        COUNTER,
        (
            "Members use it to counter cyber warfare",
            "working bodies for drugs, terrorism, migration and computer incidents",
        ),
    ),
    BriefFact(
        32,
        "/organizations/csto/provisions/",
        COUNTER,
        (
            "Members use it to counter narcotics trafficking",
            "working bodies for drugs, terrorism, migration and computer incidents",
        ),
    ),
    BriefFact(
        33,
        "/organizations/csto/provisions/",
        COUNTER,
        (
            "Members use it to counter the illegal circulation of weapons",
            "working bodies for drugs, terrorism, migration and computer incidents",
        ),
    ),
    BriefFact(
        34,
        "/organizations/csto/provisions/",
        COUNTER,
        (
            "Members use it to counter transnational crime",
            "working bodies for drugs, terrorism, migration and computer incidents",
        ),
    ),
    BriefFact(
        35,
        "/organizations/csto/provisions/",
        COUNTER,
        (
            "Members use it to counter terrorism",
            "working bodies for drugs, terrorism, migration and computer incidents",
        ),
    ),
    BriefFact(
        36,
        "/organizations/csto/",
        "has four types of collective forces",
        ("four kinds and two regional groups are as of 2013", "Collective Aviation Forces"),
    ),
    BriefFact(
        37,
        "/organizations/csto/",
        "two regional groups",
        ("Russia-Belarus regional grouping of forces", "Russia-Armenia regional grouping of forces", "2013"),
    ),
    BriefFact(
        38,
        "/forces/csto-russia-belarus-group/",
        "(Russia-Belarus and Russia-Armenia)",
        ("Russia-Belarus regional grouping of forces", "EVN Report"),
    ),
    BriefFact(
        39,
        "/forces/csto-russia-armenia-group/",
        "(Russia-Belarus and Russia-Armenia)",
        ("Russia-Armenia regional grouping of forces", "EVN Report"),
    ),
    BriefFact(
        40,
        "/forces/csto-russia-belarus-group/",
        "able to react to external military aggression",
        ("Reacts to external military aggression", "2013"),
    ),
    BriefFact(
        41,
        "/forces/csto-crdf/",
        "a 4,000-head Collective Rapid Deployment Force",
        ("4,000", "2013", "without its date", "5,000", "2022-12"),
    ),
    BriefFact(42, "/forces/csto-crdf/", "for Central Asia", ("Central Asia",)),
    BriefFact(
        43,
        "/forces/csto-crrf/",
        "a 20,000-head Collective Rapid Reaction Force",
        ("20,000", "2013", "without its date", "18,000", "2019-06", "2022-12"),
    ),
    BriefFact(
        44,
        "/forces/csto-crrf/",
        "both of which are designed to react to situations short of interstate conflicts",
        ("Reacts to situations short of interstate conflict", "to counter a limited military aggression"),
    ),
    BriefFact(
        45,
        "/forces/csto-peacekeeping-forces/",
        "There is also a collective peacekeeping force",
        ("Collective Peacekeeping Forces", "Peacekeeping"),
    ),
    BriefFact(
        46,
        "/forces/csto-peacekeeping-forces/",
        "around 3,500 soldiers and officers",
        ("3,500", "2013", "without its date", "3,600", "2022-12"),
    ),
    BriefFact(
        47,
        "/forces/csto-peacekeeping-forces/",
        "more than 800 civilian police officers",
        ("800", "2013", "without its date", "Later totals are not split", "3,600"),
    ),
    BriefFact(
        48,
        "/organizations/csto/provisions/",
        "member states are barred from joining other military alliances",
        ("Member states are barred from joining other military alliances", "will not enter any military alliances"),
    ),
    BriefFact(
        49,
        "/organizations/csto/provisions/",
        "limiting, for example, their relationship with NATO",
        (
            "The bar on other alliances limits, for example, the relationship of the members with NATO",
            "An interpretation",
            "Partnership for Peace",
        ),
    ),
    BriefFact(
        50,
        "/organizations/csto/provisions/",
        "receive discounts, subsidies, and other incentives to buy Russian arms",
        ("Members receive discounts, subsidies and other incentives to buy Russian arms", "Russian domestic prices"),
    ),
    BriefFact(
        51,
        "/organizations/csto/provisions/",
        "facilitating military cooperation",
        ("The benefits in buying arms facilitate military cooperation",),
    ),
    BriefFact(
        52,
        "/organizations/csto/provisions/",
        "membership presumes certain key security assurances",
        ("Membership presumes certain key security assurances",),
    ),
    BriefFact(
        53,
        "/organizations/csto/provisions/",
        "deterring military aggression by third countries",
        ("The most significant of its assurances is that of deterring military aggression by third countries",),
    ),
    BriefFact(
        54,
        "/organizations/cis/",
        "The Commonwealth of Independent States (CIS)",
        ("Commonwealth of Independent States",),
    ),
    BriefFact(55, "/organizations/cis/", "(CIS)", ("CIS", "СНГ", "SNG")),
    BriefFact(56, "/organizations/cis/", "founded in 1991", ("1991-12-08", "21 December 1991")),
    BriefFact(
        57,
        "/organizations/cis/",
        "after the dissolution of the Soviet Union",
        ("1991-12-08", "26 December 1991"),
    ),
    BriefFact(
        58,
        "/organizations/cis/provisions/",
        "held periodically on a rotating basis at the CIS countries' capitals",
        (
            "Meetings are held periodically, in turn in the capitals of the member states",
            "not checked against another source",
        ),
    ),
    BriefFact(
        59,
        "/councils/cis-council-of-heads-of-state/",
        "Council of Heads of State",
        ("Council of Heads of State",),
    ),
    BriefFact(
        60,
        "/councils/cis-council-of-heads-of-government/",
        "the Council of Prime Ministers",
        ("Council of Heads of Government", "Council of Prime Ministers"),
    ),
    BriefFact(
        61,
        "/councils/cis-council-of-ministers-of-foreign-affairs/",
        "the Council of Foreign Ministers",
        ("Council of Ministers of Foreign Affairs", "Council of Foreign Ministers"),
    ),
    BriefFact(
        62,
        "/documents/cis-1991d/",
        "Upon its foundation, members adopted the Alma-Ata Declaration",
        ("1991-12-21", "thirteen days after the founding agreement", "eleven states"),
    ),
    BriefFact(
        63,
        "/organizations/cis/provisions/",
        (
            "confirmed the promise of the former republics to cooperate in various fields of external "
            "and internal policies"
        ),
        ("The former republics promise to cooperate in various fields of external and internal policy",),
    ),
    BriefFact(
        64,
        "/organizations/cis/provisions/",
        "announced the guarantees for implementation of the international commitments of the former Soviet Union",
        ("The members guarantee the fulfilment of the international obligations of the former Soviet Union",),
    ),
    BriefFact(
        65,
        "/organizations/cis/provisions/",
        "on the basis of the Charter",
        (
            "It performs its activities on the basis of its Charter",
            "Together with the founding agreement and its protocol",
        ),
    ),
    BriefFact(
        66,
        "/documents/cis-ch/",
        "adopted by the Council of Heads of States",
        ("Council of Heads of State", "Adopted at Minsk"),
    ),
    BriefFact(
        67,
        "/documents/cis-ch/",
        "on 22 January 1993",
        ("1993-01-22", "1994-01-22", "31139", "3 August 1994", "never ratified by Ukraine and Turkmenistan"),
    ),
    BriefFact(
        68,
        "/organizations/cis/provisions/",
        "stipulates the goals and principles of the Commonwealth, and rights and obligations of the countries",
        (
            (
                "The Charter sets out the goals and principles of the Commonwealth and the rights and "
                "obligations of its members"
            ),
        ),
    ),
    BriefFact(
        69,
        "/organizations/cis/provisions/",
        "formed on the basis of sovereign equality of all its members",
        ("The Commonwealth rests on the sovereign equality of all its members",),
    ),
    BriefFact(
        70,
        "/organizations/cis/provisions/",
        "independent and equal subjects under international law",
        ("The members are independent and equal subjects of international law",),
    ),
    BriefFact(
        71,
        "/organizations/cis/provisions/",
        SERVES,
        ("It serves the development and strengthening of friendship", "good-neighbourliness"),
    ),
    BriefFact(
        72,
        "/organizations/cis/provisions/",
        SERVES,
        ("It serves the development and strengthening of inter-ethnic accord", "good-neighbourliness"),
    ),
    BriefFact(
        73,
        "/organizations/cis/provisions/",
        SERVES,
        ("It serves the development and strengthening of trust", "good-neighbourliness"),
    ),
    BriefFact(
        74,
        "/organizations/cis/provisions/",
        SERVES,
        ("It serves the development and strengthening of mutual understanding", "good-neighbourliness"),
    ),
    BriefFact(
        75,
        "/organizations/cis/provisions/",
        SERVES,
        ("It serves the development and strengthening of cooperation between States", "good-neighbourliness"),
    ),
    BriefFact(
        76,
        "/organizations/cis/provisions/",
        POLICIES,
        ("Coordination of economic policy", "which also names human rights, and transport and communications"),
    ),
    BriefFact(
        77,
        "/organizations/cis/provisions/",
        POLICIES,
        ("Coordination of foreign policy", "which also names human rights, and transport and communications"),
    ),
    BriefFact(
        78,
        "/organizations/cis/provisions/",
        POLICIES,
        ("Coordination of defence policy", "which also names human rights, and transport and communications"),
    ),
    BriefFact(
        79,
        "/organizations/cis/provisions/",
        POLICIES,
        ("Coordination of immigration policy", "which also names human rights, and transport and communications"),
    ),
    BriefFact(
        80,
        "/organizations/cis/provisions/",
        POLICIES,
        ("Coordination of environmental policy", "which also names human rights, and transport and communications"),
    ),
    BriefFact(
        81,
        "/organizations/cis/provisions/",
        POLICIES,
        ("Coordination of law enforcement", "which also names human rights, and transport and communications"),
    ),
]
