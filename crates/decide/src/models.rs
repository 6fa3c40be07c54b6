//! The coordination models: the ways in which work gets done that crosses the border of a team.
//!
//! They are data, in one place, with their sources: decisions show them in short, the page about them is made from here.
//! The models and their names are those of Jade Rubick's essays on coordination unless another source is named. Where the
//! figures of this product disagree with an essay, the figures win, and the text says so.

use kedge_model::FallbackKind;
use serde::Serialize;
use std::fmt::Write as _;

/// Which model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelName {
    /// Usable without talking to the team.
    SelfService,
    /// Visitors do it in the place where it belongs.
    AwayTeam,
    /// A team for one project, out of several.
    TaskForce,
    /// A standing team that goes anywhere.
    TigerTeam,
    /// Specialists across teams.
    Community,
    /// The council decides for everybody.
    Council,
    /// One team does work for others on request.
    ServiceProvider,
    /// One person nearly full time in another team.
    Embedding,
    /// A person who keeps a large initiative together.
    ProgramManager,
}

/// What is known of a way to coordinate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Model {
    /// Which.
    pub name: ModelName,
    /// What people call it.
    pub title: &'static str,
    /// What it is, in a sentence.
    pub what: &'static str,
    /// When to use it.
    pub when: &'static [&'static str],
    /// When not.
    pub when_not: &'static [&'static str],
    /// What must be true first.
    pub must_be_true: &'static [&'static str],
    /// What it costs, and whom.
    pub cost: &'static str,
    /// How one sees that it goes wrong.
    pub warning_signs: &'static [&'static str],
    /// Where that comes from.
    pub source: &'static str,
    /// Whether the source is second-hand, or one person's judgement.
    pub weak: bool,
}

impl Model {
    /// The model of this name.
    pub fn of(name: ModelName) -> &'static Model {
        // Every name has its entry: a test holds that.
        MODELS.iter().find(|model| model.name == name).unwrap_or(&MODELS[0])
    }

    /// The model that a kind of fallback follows, where it follows one.
    pub fn of_fallback(kind: &FallbackKind) -> Option<&'static Model> {
        let name = match kind {
            FallbackKind::AwayTeam { .. } => ModelName::AwayTeam,
            FallbackKind::TigerTeam { .. } => ModelName::TigerTeam,
            FallbackKind::Community { .. } => ModelName::Community,
            FallbackKind::Escalate { .. } => ModelName::Council,
            _ => return None,
        };
        Some(Model::of(name))
    }

    /// Its place on the page about the models: `coordination-models.md#away-team`.
    pub fn anchor(&self) -> String {
        self.title.to_lowercase().replace(' ', "-")
    }

    /// In one line, for the side of a decision: when to use it, and when not.
    pub fn in_short(&self) -> String {
        let first = |list: &'static [&'static str]| list.first().copied().unwrap_or("");
        format!("for {}; not {}", first(self.when), first(self.when_not))
    }
}

/// The models, in the order in which ways on are weighed.
pub const MODELS: &[Model] = &[
    Model {
        name: ModelName::SelfService,
        title: "Self-service",
        what: "What others need can be used without talking to the team that made it.",
        when: &["a need that many teams have", "the natural pair of teams that execute independently"],
        when_not: &["for one team only", "where each use is different, or a mistake is dear"],
        must_be_true: &[
            "it is there, written down, and works without anybody's help",
            "it does what is asked for, or near enough",
        ],
        cost: "More up front for the team that offers it; next to nothing for each use.",
        warning_signs: &[
            "people open tickets all the same",
            "nobody measures how many use it",
            "it was built for a single team",
        ],
        source: "rubick.com/platform-teams-and-the-self-service-model",
        weak: false,
    },
    Model {
        name: ModelName::AwayTeam,
        title: "Away team",
        what: "Visitors do the work in the hosts' code. The visitors own plan, deadline and staffing; the hosts own \
               architecture, integrity and the quality bar, and keep what was made.",
        when: &["small, clear work of low risk in a place that another team owns"],
        when_not: &[
            "a new component in the hosts' code",
            "anything large or risky",
            "hosts who are too busy to talk",
        ],
        must_be_true: &[
            "the hosts would have visitors",
            "the hosts have said how visitors work there",
            "somebody there guides and reviews: many minor contributors go with more failures",
            "the goals of both agree",
        ],
        cost: "The visitors' own work waits; a guide of the hosts gives about a tenth of a person meanwhile.",
        warning_signs: &[
            "reviews that take longer than the work",
            "visitors who stay",
            "the hosts learn of it from the merge request",
        ],
        source: "rubick.com/coordination-models, rubick.com/independent-executor-model; two former engineers on Amazon's \
                 practice (pedrodelgallego.github.io, evankozliner.medium.com)",
        weak: true,
    },
    Model {
        name: ModelName::TaskForce,
        title: "Task force",
        what: "People of several teams become one team for one project, and part again.",
        when: &["something urgent or important enough to beat what its people would do otherwise"],
        when_not: &[
            "to make other teams do your work",
            "time and again: if one is always needed, the structure is wrong",
        ],
        must_be_true: &[
            "it serves an initiative that the council ranks",
            "it has a sponsor, a kick-off and an end, about six weeks on",
            "the donors consent, and know whether full or part time",
            "it is as small as can be",
            "it is said who owns the result afterwards",
        ],
        cost: "The donors' roadmaps, their ownership, and what they had begun.",
        warning_signs: &[
            "part time: it becomes a standing meeting",
            "no end date",
            "nobody to take over what it made",
        ],
        source: "rubick.com/task-forces",
        weak: false,
    },
    Model {
        name: ModelName::TigerTeam,
        title: "Tiger team",
        what: "A standing team without an area of its own, which goes wherever it is sent.",
        when: &["a last resort where the owner is too busy"],
        when_not: &["where the owner has time, or would take visitors"],
        must_be_true: &["there is one, and it says yes", "the owner is too busy to do it"],
        cost: "What the tiger team would have done otherwise; the owner has to live with what it leaves.",
        warning_signs: &["it is asked first", "what it leaves has no owner"],
        source: "rubick.com/coordination-models (one line)",
        weak: true,
    },
    Model {
        name: ModelName::Community,
        title: "Community of practice",
        what: "Specialists of one subject, spread over the teams, who help one another.",
        when: &["a need of yours that is also theirs"],
        when_not: &["a need that is yours alone: it has nobody of its own"],
        must_be_true: &["there is one for the subject, and you are in it", "it says yes"],
        cost: "Time that its members' teams have not planned.",
        warning_signs: &["the same two people do it all", "its members' teams do not know"],
        source: "rubick.com/coordination-models (one line)",
        weak: true,
    },
    Model {
        name: ModelName::Council,
        title: "Product council",
        what: "The heads of the product rank what crosses teams, for everybody: programs of many teams, and critical projects \
               that are protected.",
        when: &["8 to about 50 teams whose work across teams has become a large problem"],
        when_not: &["fewer teams, or work across teams that goes well enough without"],
        must_be_true: &[
            "the head of product leads it",
            "priorities hold for about a quarter, and are looked after weekly",
            "no more programs than program managers",
            "the line is known below which confidence is gone",
        ],
        cost: "Whatever it ranks comes before all that the teams would have done.",
        warning_signs: &[
            "five top priorities",
            "the first of the list hoards",
            "a team wholly consumed by the first three",
        ],
        source: "rubick.com/product-council",
        weak: false,
    },
    Model {
        name: ModelName::ServiceProvider,
        title: "Service provider",
        what: "One team takes requests and does the work for others.",
        when: &["rare work, deep expertise, or extreme reliability"],
        when_not: &["as a rule: it is one of the least effective models"],
        must_be_true: &[
            "its turnaround is measured, at the 95th percentile",
            "it says no early, with a default for when it cannot help",
        ],
        cost: "A queue: at 80 % of its time filled a request waits four times as long as it takes, at 90 % nine, at 95 % \
               nineteen (Kingman, with variation as in a random queue).",
        warning_signs: &[
            "a backlog that grows with the number of projects, faster than its people",
            "requests unread",
        ],
        source: "rubick.com/service-provider-model, rubick.com/bottleneck-team",
        weak: false,
    },
    Model {
        name: ModelName::Embedding,
        title: "Embedding",
        what: "Somebody works nearly full time in another team for a while.",
        when: &["knowledge that a team lacks for some months"],
        when_not: &["a host that already has eight people"],
        must_be_true: &[
            "it is said who directs the person",
            "it is said what success is",
            "it is said how it ends",
        ],
        cost: "A person for the home team, and a larger team for the hosts.",
        warning_signs: &["two teams direct the same person", "the end moves"],
        source: "rubick.com/embedded-model",
        weak: false,
    },
    Model {
        name: ModelName::ProgramManager,
        title: "Program manager",
        what: "A person keeps an initiative of many teams together: who needs what when, and what is in the way.",
        when: &["a large initiative that is already a priority of the council"],
        when_not: &["to get other teams to do your work"],
        must_be_true: &["the council ranks the initiative", "the person has no second program"],
        cost: "A person; and the time of everybody who reports to them.",
        warning_signs: &["a program that the council does not rank", "more programs than program managers"],
        source: "rubick.com/coordination-models, rubick.com/product-council",
        weak: false,
    },
];

/// The page about the models, made from the table.
pub fn models_page() -> String {
    let mut page = String::from(
        "# Coordination models\n\n\
         Made from the table that decisions show (`crates/decide/src/models.rs`); do not edit.\n\n\
         The default is the independent executor: say what you want and how much it matters, never expect it, always have a \
         way on. First do it in the right place, else work round it, else do something else. What follows are the other ways \
         in which work gets done across teams, in the order in which `kedge decide` weighs them; the last three are no way on \
         from a single ask, but others lean on them.\n",
    );
    for model in MODELS {
        let list = |of: &[&str]| of.iter().fold(String::new(), |list, item| list + "- " + item + "\n");
        let weak = if model.weak { " *Weak: second-hand, or one person's judgement.*" } else { "" };
        let _ = write!(
            page,
            "\n## {}\n\n{}\n\n**When to use it**\n\n{}\n**When not**\n\n{}\n**What must be true first**\n\n{}\n\
             **What it costs.** {}\n\n**Warning signs**\n\n{}\nSource: {}.{weak}\n",
            model.title,
            model.what,
            list(model.when),
            list(model.when_not),
            list(model.must_be_true),
            model.cost,
            list(model.warning_signs),
            model.source,
        );
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [ModelName; 9] = [
        ModelName::SelfService,
        ModelName::AwayTeam,
        ModelName::TaskForce,
        ModelName::TigerTeam,
        ModelName::Community,
        ModelName::Council,
        ModelName::ServiceProvider,
        ModelName::Embedding,
        ModelName::ProgramManager,
    ];

    #[test]
    fn every_model_is_there_once_and_says_everything() {
        assert_eq!(MODELS.iter().map(|model| model.name).collect::<Vec<_>>(), NAMES);
        for name in NAMES {
            let model = Model::of(name);
            assert_eq!(model.name, name);
            let lists = [model.when, model.when_not, model.must_be_true, model.warning_signs];
            assert!(lists.iter().all(|list| !list.is_empty()), "{name:?}");
            assert!([model.what, model.cost, model.source].iter().all(|text| !text.is_empty()), "{name:?}");
        }
    }
}
