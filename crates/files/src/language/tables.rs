//! Every table and every key of the plan language.

use super::Noun::{
    Ask, Dataset, Gated, Initiative, Outcome, Person, Proposal, Rankable, SelfService, Service, Steward, Work,
};
use super::Shape::{List as Many, Named, NamedList, One};
use super::Type::{
    ClockTime, CountRate, Currency, Date, Effort, EffortRate, Filled, LateCost, List, Money, MoneyRate, Name,
    Number, Pattern, Period, Reference, Share, Spread, Start, Table as Braces, Tables as BracesList,
    Team as TeamName, Text, TextOrTable, Truth, Whole, Word, WorkTime,
};
use super::{Inner, Key, Shape, Table, key};

const fn table(keys: &'static [Key]) -> Table {
    Table { keys, tables: &[], any: None, meta: true, one_of: &[] }
}
const fn braces(keys: &'static [Key]) -> Table {
    Table { keys, tables: &[], any: None, meta: false, one_of: &[] }
}
impl Table {
    const fn with(mut self, tables: &'static [Inner]) -> Self {
        self.tables = tables;
        self
    }
    const fn one_of(mut self, names: &'static [&'static str]) -> Self {
        self.one_of = names;
        self
    }
}
const fn inner(name: &'static str, shape: Shape, table: &'static Table, doc: &'static str) -> Inner {
    Inner { name, shape, table, doc }
}

const TEAM_KEY: Key = key("team", TeamName, "Whose file this is; the name of its folder").required();
const MANY_PEOPLE: i64 = 100_000;

/// What any table may carry.
pub(super) static META: [Key; 3] = [
    key(
        "silence",
        Braces(&SILENCE),
        "Rules that are silenced here, each with the reason; at a file's top, in the whole file",
    ),
    key("see", List(&Text), "Links to more about it"),
    key("origin", Text, "Where an import took it from"),
];
static SILENCE: Table = Table {
    keys: &[],
    tables: &[],
    any: Some(&key("CODE", TextOrTable(&SILENCED), "The reason")),
    meta: false,
    one_of: &[],
};
static SILENCED: Table = braces(&[
    key("why", Text, "The reason").required(),
    key("until", Date, "The last day on which the silence holds"),
]);

pub(super) static SETTINGS: Table = table(&[
    key("language", Whole(1, 1), "The version of the plan language").default("1"),
    key("name", Text, "The organisation's name").required(),
    key("currency", Currency, "The one currency"),
    key("time-zone", Text, "The zone whose days the dates are").default("UTC"),
    key(
        "stage",
        Word(&["searching", "scaling", "mature"]),
        "How far the organisation has come; sets severities",
    )
    .default("scaling"),
    key("horizon", WorkTime, "How long after `due` an outcome's value counts").default("52w"),
    key("confidence", Share, "The chance of being on time that a plan should reach").default("80%"),
    key("person-week", Money, "What a person's week costs; without it weeks are not turned into money"),
    key("spread", Spread, "How wide an effort spreads that is one number").default("rarely over 2x"),
    key("steward", Reference(Steward), "Who owns the dependency problem"),
    key(
        "part-of",
        Braces(&PART_OF),
        "In a repository that holds only some teams: where the organisation's own `kedge.toml` is",
    ),
])
.with(&[
    inner("calendar", One, &CALENDAR, "Working days and hours"),
    inner("assume", One, &ASSUME, "What the forecast takes for granted where nothing better is known"),
    inner("severities", One, &SEVERITIES, "Severities that differ from the rules' own"),
    inner("measure", Named, &MEASURE, "A measure that outcomes promise to move"),
    inner("repository", Named, &REPOSITORY, "A repository of code"),
    inner("source", Many, &SOURCE, "Another place that holds teams' files"),
]);
static CALENDAR: Table = braces(&[
    key(
        "days",
        Filled(&Word(&["mon", "tue", "wed", "thu", "fri", "sat", "sun"])),
        "Working days of the week",
    )
    .default("mon to fri"),
    key("hours", Number(0.25, 24.0), "Working hours of a day").default("8"),
    key("first-month", Whole(1, 12), "First month of the year that quarters are counted in").default("1"),
    key("holidays", List(&Date), "Days on which nobody works"),
]);
static ASSUME: Table = braces(&[
    key("other-work", Share, "Part of a team's time that goes elsewhere, where the team does not say")
        .default("30%"),
    key("guide-share", Share, "Part of one person that a guide gives to an away team").default("10%"),
    key("shifts", CountRate, "Shifts in priority of a team").default("0.5/quarter"),
    key("dropped", Share, "Chance that a shift drops an ask").default("30%"),
    key("tails", Word(&["thin", "fat"]), "Whether lone estimates get the reference class of overruns")
        .default("fat"),
    key("plan-factor", Number(1.0, 100.0), "P90 of the factor that all efforts of a plan share; 1 is off")
        .default("1.3"),
    key("organisation-factor", Number(1.0, 100.0), "P90 of the factor that all efforts share; 1 is off")
        .default("1.15"),
    key("take-up", Braces(&TAKE_UP), "Chance that an ask is ever taken up, by its answer"),
    key("leaning", Braces(&LEANING), "Chance that a leaning fallback is accepted, by its kind"),
]);
static TAKE_UP: Table = braces(&[
    key("none", Share, "No answer").default("50%"),
    key("considering", Share, "Being weighed").default("60%"),
    key("countered", Share, "Something else is offered").default("70%"),
    key("committed", Share, "Promised").default("90%"),
]);
static LEANING: Table = braces(&[
    key("welcome", Share, "An away team whose host said welcome").default("70%"),
    key("unknown", Share, "An away team whose host said nothing").default("40%"),
    key("escalate", Share, "Raising it to the council").default("40%"),
    key("tiger-team", Share, "A tiger team").default("30%"),
    key("community", Share, "A community of practice").default("30%"),
]);
static SEVERITIES: Table = Table {
    keys: &[],
    tables: &[],
    any: Some(&key(
        "CODE",
        Word(&["off", "note", "warning", "error"]),
        "The severity of the rule with this code",
    )),
    meta: false,
    one_of: &[],
};
static MEASURE: Table = table(&[
    key("title", Text, "What it is").required(),
    key("unit", Text, "What it is counted in"),
    key("better", Word(&["up", "down"]), "Which way is better").required(),
]);
static REPOSITORY: Table = table(&[
    key("git", Text, "Its git URL"),
    key("path", Text, "Its folder, relative to `kedge.toml`"),
    key("rev", Text, "The revision to read").default("its default branch"),
    key("codeowners", Text, "The path of its CODEOWNERS file where that is unusual"),
])
.one_of(&["git", "path"]);
static SOURCE: Table = table(&[
    key("path", Text, "A folder, relative to `kedge.toml`"),
    key("git", Text, "A git URL"),
    key("rev", Text, "The revision to read").default("its default branch"),
    key("under", Text, "The folder within it"),
    key("holds", List(&TeamName), "The teams it may speak for").default("any"),
])
.one_of(&["path", "git"]);

static PART_OF: Table = braces(&[
    key("path", Text, "A folder, relative to this file"),
    key("git", Text, "A git URL"),
    key("rev", Text, "The revision to read").default("its default branch"),
    key("under", Text, "The folder within it"),
])
.one_of(&["path", "git"]);

pub(super) static COUNCIL: Table = table(&[
    TEAM_KEY,
    key(
        "rank",
        List(&Reference(Rankable)),
        "Initiatives and asks in order of importance; an ask here is the council's yes",
    )
    .required(),
])
.with(&[
    inner("initiative", Named, &INITIATIVE, "Outcomes of several teams under one name"),
    inner("person", Named, &PERSON, "Somebody who holds a role across teams"),
    inner("confirm", Many, &CONFIRM, "The value of an outcome, confirmed"),
    inner("answer", NamedList, &ANSWER, "The council's word on an ask that was raised to it"),
]);
static INITIATIVE: Table = table(&[
    key("title", Text, "What people call it").required(),
    key("kind", Word(&["program", "critical-project"]), "What kind of priority it is").default("program"),
    key("outcomes", List(&Reference(Outcome)), "What it consists of").required(),
    key("program-manager", Reference(Person), "Who runs it across teams"),
    key("sponsor", Reference(Person), "Who answers for it"),
]);
static PERSON: Table = table(&[
    key("name", Text, "Their name").default("the id"),
    key(
        "roles",
        List(&Word(&["lead", "integrator", "program-manager", "sponsor", "stakeholder"])),
        "What they do for the organisation",
    ),
    key("share", Share, "Part of their time in this team").default("100%"),
    key("from", Date, "Their first day in it"),
    key("until", Date, "Their last day in it"),
    key("git", List(&Text), "Names and addresses in git"),
]);
static CONFIRM: Table = table(&[
    key("outcome", Reference(Outcome), "Of which outcome").required(),
    key("value", MoneyRate, "What it is worth once live").required(),
    key("on", Date, "When that was said").required(),
    key("who", Reference(Person), "Who says it: the stakeholder").required(),
]);

const TASK_FORCE: &[&str] = &["task-force"];
const COMMUNITY: &[&str] = &["community"];
const EXTERNAL: &[&str] = &["external"];
pub(super) static TEAM: Table = table(&[
    TEAM_KEY,
    key("title", Text, "What people call it").default("the team's name"),
    key(
        "kind",
        Word(&["stream", "platform", "enabling", "task-force", "tiger", "community", "external"]),
        "What it is for",
    )
    .required(),
    key("kept-by", TeamName, "Who keeps this file").only("kind", EXTERNAL).required_when("kind", EXTERNAL),
    key("contact", Text, "How to reach it").only("kind", EXTERNAL),
    key("for", Reference(Initiative), "The initiative it lives for; its sponsor is its sponsor")
        .only("kind", TASK_FORCE)
        .required_when("kind", TASK_FORCE),
    key("time", Word(&["full", "part"]), "Whether its people are in it with all their time")
        .only("kind", TASK_FORCE)
        .required_when("kind", TASK_FORCE),
    key("starts", Date, "Its first day").only("kind", TASK_FORCE).required_when("kind", TASK_FORCE),
    key("ends", Date, "Its last day").only("kind", TASK_FORCE).required_when("kind", TASK_FORCE),
    key("wants", BracesList(&WANTS), "The people it wants, by donor")
        .only("kind", TASK_FORCE)
        .required_when("kind", TASK_FORCE),
    key("later-owner", TeamName, "Who owns the result afterwards")
        .only("kind", TASK_FORCE)
        .required_when("kind", TASK_FORCE),
    key("members", List(&TeamName), "The teams whose people take part")
        .only("kind", COMMUNITY)
        .required_when("kind", COMMUNITY),
    key("topics", List(&Text), "What it knows about").only("kind", COMMUNITY),
    key("people", Whole(0, MANY_PEOPLE), "How many people work in it").default("the shares of its persons"),
    key("focus", Share, "Part of the people's time that goes into items").default("100%"),
    key("other-work", Share, "Part of its time that goes into what is in no plan")
        .default("`other-work` of `[assume]`"),
    key(
        "takes-asks",
        List(&Word(&["independent", "service-provider", "self-service", "away-team-host", "none"])),
        "How it takes asks",
    ),
    key("turnaround", WorkTime, "How long an ask may lie unread"),
    key("channel", Text, "Where to reach it"),
    key("cannot-help", Text, "What to do when it cannot help"),
    key(
        "rank",
        List(&Reference(Rankable)),
        "Its own order: outcomes, work and needs of its own, others' asks",
    )
    .default("by due date"),
    key("shifts", CountRate, "How often its priorities turn").default("`shifts` of `[assume]`"),
    key("holidays", List(&Date), "Its own holidays"),
    key("handles", List(&Text), "Its names on the code host"),
    key("owns", List(&Pattern), "What it owns"),
])
.with(&[
    inner("person", Named, &PERSON, "Somebody in it"),
    inner("absence", Many, &ABSENCE, "Days on which somebody, or all, are away"),
    inner("loan", Many, &LOAN, "The donor's consent to lend somebody"),
    inner("away-teams", One, &AWAY_TEAMS, "What it offers to away teams"),
    inner("service", Named, &SERVICE, "Something it runs"),
    inner("self-service", Named, &SELF_SERVICE, "Something others may use without asking"),
]);
static WANTS: Table = braces(&[
    key("team", TeamName, "The donor").required(),
    key("people", Whole(1, MANY_PEOPLE), "How many").required(),
]);
static ABSENCE: Table = table(&[
    key("who", Reference(Person), "Who").default("the whole team"),
    key("from", Date, "First day").required(),
    key("until", Date, "Last day").required(),
    key("share", Share, "Part of their time").default("100%"),
]);
static LOAN: Table = table(&[
    key("who", Reference(Person), "Who goes").required(),
    key("to", TeamName, "To which team").required(),
    key("share", Share, "Part of their time").default("100%"),
    key("from", Date, "First day").required(),
    key("until", Date, "Last day").required(),
    key("kind", Word(&["embed"]), "Embedded there, rather than lent to a task force"),
]);
static AWAY_TEAMS: Table = table(&[
    key("merge", Word(&["open", "host"]), "Who merges: visitors themselves, or the host").default("host"),
    key("guide", Reference(Person), "Who guides"),
    key("guide-share", Share, "Part of the guide's time").default("`guide-share` of `[assume]`"),
    key("norms", Text, "The document with the norms"),
    key("fits", Text, "What fits"),
]);
static SERVICE: Table = table(&[
    key("title", Text, "What people call it").default("the id"),
    key("paths", Filled(&Pattern), "Where its code is").required(),
    key("why-apart", Braces(&WHY_APART), "Why it is a service of its own"),
]);
static WHY_APART: Table = braces(&[
    key("because", Word(&["load", "availability", "law", "team"]), "Which kind of reason").required(),
    key("why", Text, "The reason in words").required(),
]);
static SELF_SERVICE: Table = table(&[
    key("what", Text, "What one gets").required(),
    key("how", Text, "How one gets it").required(),
    key("effort", Effort, "What it takes"),
]);

pub(super) static PLAN: Table = table(&[
    TEAM_KEY,
    key("title", Text, "What people call it").default("the file's name"),
    key("period", Period, "The time it is for, `2026-Q4`"),
    key("from", Date, "The first day it is for, where there is no `period`"),
    key("until", Date, "The last day it is for"),
    key("closed", Date, "The day on which it was closed; kept as a record"),
])
.with(&[
    inner("outcome", Named, &OUTCOME, "Something a customer gets"),
    inner("work", Named, &WORK, "Effort that the team spends itself"),
    inner("ask", Named, &ASK, "A request to another team that gates some work or outcome"),
]);
static OUTCOME: Table = table(&[
    key("title", Text, "What people call it").default("the id"),
    key("value", MoneyRate, "What it is worth once live: a claim until confirmed"),
    key("value-from", Date, "The first day on which it earns, where that is later than going live"),
    key("late-cost", LateCost, "What being late costs, once or as long as it is late"),
    key("due", Date, "The last day on which it is on time").default("the period's last"),
    key("kpi", Braces(&KPI), "The measure it moves, and how"),
    key("observed", Braces(&OBSERVED), "What was seen of that after it went live"),
    key("stakeholder", Reference(Person), "Who wants it"),
    key("combine", Word(&["product", "least"]), "How the parts that its fallbacks keep go together")
        .default("product"),
    key("live", Date, "The day on which it went live"),
    key("dropped", Date, "The day on which it was dropped"),
]);
static KPI: Table = braces(&[
    key("measure", Name, "A measure of `kedge.toml`").required(),
    key("change", Text, "By how much, in words").required(),
]);
static OBSERVED: Table =
    braces(&[key("on", Date, "When").required(), key("change", Text, "What was seen, in words").required()]);
static LEFT: Table = braces(&[
    key("on", Date, "When that was said").required(),
    key("effort", Effort, "How much is left").required(),
]);
static WORK: Table = table(&[
    key("title", Text, "What people call it").default("the id"),
    key("for", List(&Reference(Outcome)), "The outcomes it serves; absent where an answer's `work` names it"),
    key("after", List(&Reference(Work)), "The items it comes after, of the same team"),
    key("effort", Effort, "How much it takes"),
    key("crew", Whole(1, 1000), "How many people share it").default("1"),
    key("who", List(&Reference(Person)), "Who does it"),
    key("not-before", Date, "The first day on which it may start"),
    key("started", Date, "The day on which it was started"),
    key("left", Braces(&LEFT), "What is left of it"),
    key("done", Date, "The day on which it was done"),
    key("dropped", Date, "The day on which it was dropped"),
]);
static ASK: Table = table(&[
    key("to", TeamName, "Who is asked").required(),
    key("what", Text, "What is asked for").required(),
    key("why", Text, "Why it matters"),
    key("asked", BracesList(&ASKED), "When and how it was asked; absent: never"),
    key("wanted", Date, "The day by which it is wanted"),
    key("effort", Effort, "A guess of the asked team's effort"),
    key("odds", Braces(&ODDS), "Our own odds, which override all others"),
    key("gates", Filled(&Reference(Gated)), "The work or outcomes that wait for it").required(),
    key("area", Text, "What part of the asked team's area it is about"),
    key("revised", Date, "The day on which the ask changed: earlier answers are void"),
    key("accepted", Date, "The day on which a counter-offer was accepted"),
    key("served", Braces(&SERVED), "That a self-service did"),
    key("withdrawn", Date, "The day on which it was withdrawn"),
    key("until", Date, "The last day on which it is of use"),
])
.with(&[
    inner("returned", Many, &RETURNED, "A landing that was given back"),
    inner(
        "fallback",
        Many,
        &FALLBACK,
        "What we do if it does not land; each is the fallback of the one before",
    ),
]);
static ASKED: Table =
    braces(&[key("on", Date, "When").required(), key("how", Text, "Through which channel")]);
static ODDS: Table = braces(&[
    key("taken-up", Share, "Chance that it is ever taken up").required(),
    key("median", ClockTime, "Half of the taken-up land within this time").required(),
]);
static SERVED: Table =
    braces(&[key("on", Date, "When").required(), key("self-service", Reference(SelfService), "By which")]);
static RETURNED: Table =
    braces(&[key("on", Date, "When").required(), key("why", Text, "What was wrong with it").required()]);
const KEEPING: &[&str] = &["descope", "do-without"];
const BUY: &[&str] = &["buy"];
const AWAY: &[&str] = &["away-team"];
const LEANERS: &[&str] = &["away-team", "tiger-team", "community", "escalate"];
static FALLBACK: Table = table(&[
    key(
        "kind",
        Word(&[
            "hack",
            "recreate",
            "buy",
            "descope",
            "do-without",
            "away-team",
            "tiger-team",
            "community",
            "escalate",
        ]),
        "What kind of way on it is",
    )
    .required(),
    key("id", Name, "Its name within the ask; needed where a kind comes twice").default("the kind"),
    key("what", Text, "What it is, in words"),
    key("with", TeamName, "Who else must answer")
        .only("kind", LEANERS)
        .required_when("kind", &["tiger-team", "community"])
        .default("the asked team; the council for escalate"),
    key("send", List(&Reference(Person)), "Who goes").only("kind", AWAY),
    key("odds", Share, "Our own chance that it is accepted").only("kind", LEANERS),
    key("vendor", Text, "Who sells it").only("kind", BUY),
    key("price", Money, "What it costs once").only("kind", BUY),
    key("fee", MoneyRate, "What it costs while it is used").only("kind", BUY),
    key("lead", ClockTime, "How long until it is there; takes nobody's time").only("kind", BUY),
    key("create", Effort, "What making it takes: our people, or those of the tiger team or community"),
    key("maintain", EffortRate, "What it takes while it lives").default("nothing"),
    key("migrate", Effort, "What leaving it takes; absent: no way out"),
    key("keeps", Share, "The part of the outcome's value that it keeps")
        .required_when("kind", KEEPING)
        .default("100%"),
    key("skips", List(&Reference(Work)), "Items that need not be done if it is taken"),
    key("expires", Date, "The day by which it should be gone"),
    key("start", Start, "When to start it: `\"now\"` or a day").default("decide-by"),
    key("taken", Date, "The day on which it was taken"),
    key("left", Braces(&LEFT), "What is left of its making"),
    key("live", Date, "The day on which it went live"),
    key("stopped", Date, "The day on which its making was stopped"),
    key("migrated", Date, "The day on which it was left for the real thing"),
]);

pub(super) static ANSWERS: Table = table(&[TEAM_KEY]).with(&[
    inner("answer", NamedList, &ANSWER, "A word on an ask (`TEAM/ASK`), or on a need (`NEED`)"),
    inner("need", Named, &NEED, "Asks that are one, or look alike and are not"),
    inner("sign", Many, &SIGN, "A word on a proposal or a contract"),
    inner("confirm", Many, &CONFIRM, "The value of another team's outcome, confirmed"),
]);
const WELCOME: &[&str] = &["welcome"];
static ANSWER: Table = table(&[
    key("on", Date, "When it was said").required(),
    key(
        "says",
        Word(&["considering", "countered", "committed", "declined", "landed", "dropped"]),
        "The word on the ask itself",
    ),
    key("host", Word(&["welcome", "unable"]), "The word on hosting an away team"),
    key("by", Date, "Promised for")
        .only("says", &["countered", "committed"])
        .required_when("says", &["committed"]),
    key("offer", Text, "What is offered instead")
        .only("says", &["countered"])
        .required_when("says", &["countered"]),
    key("work", Reference(Work), "The item that delivers it, if it is planned").only("says", &[]),
    key("effort", Effort, "Our own estimate").only("says", &[]),
    key("until", Date, "When an answer will come").only("says", &["considering"]),
    key("since", Date, "Since when it has been there").only("says", &["landed"]).default("`on`"),
    key("from", Date, "From when").only("host", WELCOME),
    key("guide", Reference(Person), "Who guides").only("host", WELCOME),
    key("instead", Text, "What to do instead"),
    key("why", Text, "The reason"),
    key("heard", Text, "Of an external team: from whom"),
])
.one_of(&["says", "host"]);
static NEED: Table = table(&[
    key("what", Text, "What is needed").required(),
    key("asks", List(&Reference(Ask)), "The asks that are this one need"),
    key("apart", List(&Reference(Ask)), "Asks that look alike and are not one need"),
    key("on", Date, "When that was said").required(),
    key("effort", Effort, "Our estimate"),
    key("work", Reference(Work), "The item that delivers it"),
])
.one_of(&["asks", "apart"]);
static SIGN: Table = table(&[
    key("proposal", Reference(Proposal), "Which proposal"),
    key("contract", Reference(Dataset), "The contract of which dataset"),
    key("version", Whole(1, 1_000_000), "The version signed").required_when("contract", &[]),
    key("on", Date, "When").required(),
    key("says", Word(&["considering", "signed", "declined"]), "What is said").required(),
    key("adopt", Effort, "Our own price of joining"),
    key("alone", Effort, "Our own price of going alone"),
    key("adopted", Date, "The day on which we had adopted it"),
    key("retired", Date, "The day on which we left it"),
])
.one_of(&["proposal", "contract"]);

pub(super) static DATA: Table = table(&[TEAM_KEY]).with(&[inner(
    "dataset",
    Named,
    &DATASET,
    "Data that more than one place may write or read",
)]);
static DATASET: Table = table(&[
    key("title", Text, "What people call it").default("the id"),
    key("unowned", Truth, "Declared for want of an owner").default("false"),
    key("where", List(&Pattern), "Where it is"),
    key("writers", List(&TeamName), "The teams that write it"),
    key("readers", List(&TeamName), "The teams that read it"),
])
.with(&[
    inner("invariant", Named, &INVARIANT, "Something that must hold of it"),
    inner("operation", Named, &OPERATION, "Something that a writer does to it"),
    inner("contract", One, &CONTRACT, "How it stays right; its state is derived from the signatures"),
]);
static INVARIANT: Table = table(&[
    key("kind", Word(&["unique", "reference", "balance", "monotone", "per-row"]), "What kind of rule it is")
        .required(),
    key("field", Text, "The field it is about"),
    key("fields", List(&Text), "The fields it is about, where they are several"),
    key("to", Reference(Dataset), "Of a reference: the dataset it points at"),
    key("min", Whole(i64::MIN, i64::MAX), "The least value"),
    key("max", Whole(i64::MIN, i64::MAX), "The greatest value"),
    key("chosen", Truth, "Picked by people, not generated").default("false"),
]);
static OPERATION: Table = table(&[
    key("writer", TeamName, "Who does it").required(),
    key(
        "does",
        Word(&["insert", "insert-if-absent", "set", "read-then-set", "increment", "decrement", "delete"]),
        "What is done",
    )
    .required(),
    key("field", Text, "To which field"),
]);
static CONTRACT: Table = table(&[
    key("kind", Word(&["owned", "merged", "serial"]), "Who may write, and what happens then").required(),
    key("version", Whole(1, 1_000_000), "Counts up with every change of the contract").required(),
    key("home", Reference(Service), "The service where it is decided")
        .only("kind", &["serial"])
        .required_when("kind", &["serial"]),
    key("staleness", ClockTime, "How old a read copy may be"),
    key("transport", Word(&["http", "nats"]), "How changes travel"),
    key("merge", Braces(&MERGE), "How each field merges")
        .only("kind", &["merged"])
        .required_when("kind", &["merged"]),
    key("opened", Date, "When it was opened for signatures"),
    key("adopted", Date, "When it was in force"),
    key("retired", Date, "When it was given up"),
]);
static MERGE: Table = Table {
    keys: &[],
    tables: &[],
    any: Some(&key(
        "FIELD",
        Word(&["last-writer", "keep-both", "add-wins", "sum", "max", "min"]),
        "How the field merges",
    )),
    meta: false,
    one_of: &[],
};

pub(super) static PROPOSALS: Table = table(&[TEAM_KEY]).with(&[inner(
    "proposal",
    Named,
    &PROPOSAL,
    "One answer to a problem that several teams have",
)]);
static PROPOSAL: Table = table(&[
    key("title", Text, "What people call it").required(),
    key("problem", Text, "The problem it would solve").required(),
    key("settles", List(&Reference(Ask)), "The asks it would settle"),
    key("dataset", Reference(Dataset), "The dataset it is about"),
    key("adopters", Filled(&TeamName), "Who would adopt it").required(),
    key("chosen", Name, "The option chosen"),
    key("opened", Date, "When it was opened for signatures; a draft until then"),
    key("retired", Date, "When it was given up"),
])
.with(&[inner("option", Named, &OPTION, "One way to solve it")]);
static OPTION: Table = table(&[
    key("kind", Word(&["library", "service", "protocol", "pattern", "apart"]), "What kind of thing it is")
        .required(),
    key("what", Text, "What it is"),
    key("build", Effort, "What building it takes, once"),
    key("adopt", Effort, "What adopting takes, for each adopter until it says its own"),
    key("alone", Effort, "What going alone takes, for each adopter until it says its own"),
    key(
        "maintain",
        EffortRate,
        "What it takes while it lives; of `apart`, for each adopter, since each keeps its own",
    ),
    key(
        "coordinate",
        EffortRate,
        "What agreeing takes while it lives, all together; of `apart`, what lies between them: reconciling, explaining",
    ),
]);
