//! Random organisations as plan files: small, so that things meet, name each other, and are missing.

use kedge_files::SourceText;
use std::fmt::Write as _;

pub(crate) const TEAMS: [&str; 5] = ["ada", "bob", "cyd", "dee", "eve"];
const PLANS: usize = 2;

/// Draws from a seed; always the same.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        // SplitMix64 (Steele, Lea and Flood 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    /// In so many of a hundred cases.
    pub(crate) fn percent(&mut self, cases: usize) -> bool {
        self.below(100) < cases
    }

    /// For what makes an organisation wrong: once in a thousand.
    fn rarely(&mut self) -> bool {
        self.below(1_000) == 0
    }

    pub(crate) fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    fn day(&mut self) -> String {
        self.one(&["2026-06-15", "2026-09-01", "2026-10-02", "2026-10-09", "2026-10-13"]).to_owned()
    }

    /// A day that may be to come.
    fn any_day(&mut self) -> String {
        if self.percent(85) { self.day() } else { "2026-11-02".to_owned() }
    }

    fn team(&mut self) -> &'static str {
        if self.rarely() { "nobody" } else { self.one(&TEAMS) }
    }

    fn other_than(&mut self, team: &str) -> &'static str {
        loop {
            let other = self.team();
            if other != team {
                return other;
            }
        }
    }

    fn person(&mut self) -> String {
        format!("{}/{}", self.one(&["ada", "bob", "cyd", "council"]), self.one(&["kim", "lee", "moe"]))
    }

    fn ask(&mut self) -> String {
        format!("{}/a{}{}", self.one(&TEAMS), self.below(PLANS), self.below(3))
    }

    fn outcome(&mut self) -> String {
        format!("{}/o{}{}", self.one(&TEAMS), self.below(PLANS), self.below(2))
    }

    /// A silence now and then.
    fn silence(&mut self, text: &mut String) {
        if self.percent(8) {
            let code = self.one(&["K101", "K105", "K106", "K204", "K203", "K412", "K999", "K210"]);
            let until = if self.percent(20) { ", until = 2026-10-01" } else { "" };
            let _ = writeln!(text, "silence = {{ {code} = {{ why = \"as agreed\"{until} }} }}");
        }
    }
}

/// The paths of all files that there may be.
pub(crate) fn paths() -> Vec<String> {
    let mut paths = vec!["kedge.toml".to_owned(), "council.kedge.toml".to_owned()];
    for team in TEAMS {
        for name in ["team", "answers", "answers-more", "data", "proposal", "p0", "p1"] {
            paths.push(format!("{team}/{name}.kedge.toml"));
        }
    }
    paths
}

/// All files, but for a few.
pub(crate) fn files(seed: u64) -> Vec<SourceText> {
    let mut draw = Draw::new(seed);
    let mut files = Vec::new();
    for path in paths() {
        let needed = path == "kedge.toml" || path.ends_with("team.kedge.toml");
        if needed || draw.percent(75) {
            let text = text(&path, &mut draw);
            files.push(SourceText { path, text });
        }
    }
    files
}

/// A text for the file with this path.
pub(crate) fn text(path: &str, draw: &mut Draw) -> String {
    let Some((team, name)) = path.split_once('/') else {
        return if path == "kedge.toml" { settings(draw) } else { council(draw) };
    };
    let mut text = format!("team = \"{team}\"\n");
    match name.trim_end_matches(".kedge.toml") {
        "team" => of_team(&mut text, team, draw),
        "answers" => answers(&mut text, team, 0, draw),
        "answers-more" => answers(&mut text, team, 1, draw),
        "data" => data(&mut text, team, draw),
        "proposal" => proposal(&mut text, team, draw),
        plan => of_plan(&mut text, team, &plan[1..], draw),
    }
    text
}

fn settings(draw: &mut Draw) -> String {
    let mut text = String::from("name = \"Random\"\n");
    if draw.percent(50) {
        text += "currency = \"EUR\"\n";
    }
    let _ = writeln!(text, "stage = \"{}\"", draw.one(&["searching", "scaling", "mature"]));
    if draw.percent(30) {
        let _ = writeln!(
            text,
            "[severities]\n{} = \"{}\"",
            draw.one(&["K101", "K105", "K204"]),
            draw.one(&["off", "note"])
        );
    }
    text += "[measure.sales]\ntitle = \"Sales\"\nbetter = \"up\"\n[measure.calls]\ntitle = \"Calls\"\nbetter = \"down\"\n";
    text
}

fn council(draw: &mut Draw) -> String {
    let mut text = String::from("team = \"council\"\n");
    let ranked: Vec<String> = (0..draw.below(4))
        .map(|at| if draw.percent(50) { format!("\"i{at}\"") } else { format!("\"{}\"", draw.ask()) })
        .collect();
    let _ = writeln!(text, "rank = [{}]", ranked.join(", "));
    for at in 0..3 {
        let kind = draw.one(&["program", "critical-project"]);
        let outcomes = [draw.outcome(), draw.outcome()];
        let _ = write!(
            text,
            "[initiative.i{at}]\ntitle = \"Initiative {at}\"\nkind = \"{kind}\"\noutcomes = [\"{}\", \"{}\"]\n",
            outcomes[0], outcomes[1]
        );
        if draw.percent(50) {
            text += "program-manager = \"kim\"\n";
        }
        draw.silence(&mut text);
    }
    text += "[person.kim]\nroles = [\"program-manager\"]\n";
    if draw.percent(40) {
        let _ = write!(text, "[[answer.\"{}\"]]\non = {}\nsays = \"declined\"\n", draw.ask(), draw.any_day());
    }
    text
}

fn of_team(text: &mut String, team: &str, draw: &mut Draw) {
    if draw.percent(70) {
        let _ = writeln!(text, "title = \"{}\"", draw.one(&["Shop frontend", "Shop backend", "Search"]));
    }
    let kind = draw.one(&["stream", "stream", "platform", "community", "task-force", "external"]);
    let _ = writeln!(text, "kind = \"{kind}\"");
    match kind {
        "community" => {
            let _ = writeln!(text, "members = [\"{}\"]", draw.other_than(team));
        }
        "external" => {
            let _ = writeln!(text, "kept-by = \"{}\"", draw.other_than(team));
        }
        "task-force" => {
            let _ = write!(
                text,
                "for = \"council/i{}\"\ntime = \"{}\"\nstarts = 2026-09-01\nends = {}\nwants = [{{ team = \"{}\", people = 1 }}]\n\
                 later-owner = \"{}\"\n",
                draw.below(4),
                draw.one(&["full", "part"]),
                draw.one(&["2026-10-01", "2026-12-01"]),
                draw.other_than(team),
                draw.other_than(team)
            );
        }
        _ => {}
    }
    if draw.percent(40) {
        let _ = writeln!(text, "people = {}", 1 + draw.below(9));
    }
    let takes = draw.one(&["independent", "service-provider", "self-service", "away-team-host"]);
    let _ = writeln!(text, "takes-asks = [\"{takes}\"]");
    if draw.percent(70) {
        text.push_str("turnaround = \"5d\"\n");
    }
    let own = if draw.rarely() { "o00".to_owned() } else { draw.ask() };
    let rank = [draw.ask(), own];
    if draw.percent(50) {
        // Its own asks cannot be ranked by it.
        let rank: Vec<String> =
            rank.iter().filter(|it| !it.starts_with(team)).map(|it| format!("\"{it}\"")).collect();
        let _ = writeln!(text, "rank = [{}]", rank.join(", "));
    }
    draw.silence(text);
    for person in ["kim", "lee"] {
        if draw.percent(60) {
            let _ = writeln!(text, "[person.{person}]\nroles = [\"{}\"]", draw.one(&["lead", "integrator"]));
        }
    }
    if draw.percent(25) {
        let _ = write!(
            text,
            "[[loan]]\nwho = \"kim\"\nto = \"{}\"\nfrom = 2026-10-05\nuntil = 2026-12-18\nkind = \"embed\"\n",
            draw.other_than(team)
        );
    }
    if draw.percent(30) {
        text.push_str("[away-teams]\nnorms = \"wiki\"\n");
        if draw.percent(50) {
            let _ = writeln!(text, "merge = \"open\"");
        }
    }
    for service in ["till", "cart"] {
        if draw.percent(30) {
            let _ = writeln!(text, "[service.{service}]\npaths = [\"shop:{service}/**\"]");
        }
    }
    if draw.percent(30) {
        text.push_str("[self-service.forms]\nwhat = \"Forms\"\nhow = \"wiki\"\n");
    }
}

fn of_plan(text: &mut String, team: &str, plan: &str, draw: &mut Draw) {
    if draw.percent(70) {
        let _ = writeln!(text, "period = \"{}\"", draw.one(&["2026-Q4", "2026-Q3"]));
    }
    if draw.percent(10) {
        let _ = writeln!(text, "closed = {}", draw.any_day());
    }
    draw.silence(text);
    for at in 0..2 {
        let _ = writeln!(text, "[outcome.o{plan}{at}]");
        if draw.percent(70) {
            let title = draw.one(&[
                "Returning customers pay with one tap on phones",
                "Returning customers pay with one tap on their phones",
                "Shelves are never empty in small shops",
                "Parcels come the next day",
            ]);
            let _ = writeln!(text, "title = \"{title}\"");
        }
        if draw.percent(60) {
            let currency = if draw.rarely() { " USD" } else { "" };
            let _ = writeln!(text, "value = \"{}k{currency}/week\"", 1 + draw.below(9));
        }
        if draw.percent(60) {
            let _ = writeln!(text, "due = {}", draw.one(&["2026-09-30", "2026-11-14", "2026-12-10"]));
        }
        if draw.percent(60) {
            let measure = draw.one(&["sales", "calls", "visits"]);
            let change = draw.one(&["+2 points", "-3 points"]);
            let _ = writeln!(text, "kpi = {{ measure = \"{measure}\", change = \"{change}\" }}");
        }
        if draw.percent(50) {
            let _ = writeln!(text, "stakeholder = \"{}\"", draw.person());
        }
        if draw.percent(10) {
            let _ = writeln!(text, "live = {}", draw.any_day());
        }
        draw.silence(text);
    }
    for at in 0..3 {
        let _ = writeln!(text, "[work.w{plan}{at}]\nfor = \"o{plan}{}\"", draw.below(2));
        if at > 0 && draw.percent(60) {
            let _ = writeln!(text, "after = \"w{plan}{}\"", draw.below(at));
        } else if draw.rarely() {
            let _ = writeln!(text, "after = \"w{plan}{}\"", draw.below(4));
        }
        if draw.percent(70) {
            let _ = writeln!(text, "effort = \"{}w, rarely over 9w\"", 1 + draw.below(5));
        }
        if draw.percent(15) {
            let _ = writeln!(text, "started = {}", draw.any_day());
        }
        if draw.percent(15) {
            let _ = writeln!(text, "who = [\"{}\"]", draw.person());
        }
        draw.silence(text);
    }
    for at in 0..3 {
        if draw.percent(25) {
            continue;
        }
        let what = draw.one(&[
            "A reusable flag on the interface for tokens",
            "A reusable flag on their interface for tokens",
            "Views and clicks as a stream",
        ]);
        let gate =
            if draw.percent(70) { format!("w{plan}{at}") } else { format!("o{plan}{}", draw.below(2)) };
        let gate = if draw.rarely() { "gone".to_owned() } else { gate };
        let _ = writeln!(
            text,
            "[ask.a{plan}{at}]\nto = \"{}\"\nwhat = \"{what}\"\ngates = \"{gate}\"",
            draw.other_than(team)
        );
        if draw.percent(85) {
            let _ = writeln!(text, "asked = {{ on = {} }}", draw.any_day());
        }
        if draw.percent(50) {
            let _ = writeln!(text, "wanted = {}", draw.one(&["2026-10-31", "2026-11-30", "2027-02-01"]));
        }
        if draw.percent(20) {
            let what = draw.one(&["withdrawn", "revised"]);
            let _ = writeln!(text, "{what} = {}", draw.any_day());
        }
        if draw.percent(10) {
            let _ = writeln!(
                text,
                "served = {{ on = {}, self-service = \"{}/forms\" }}",
                draw.day(),
                draw.one(&TEAMS)
            );
        }
        draw.silence(text);
        fallbacks(text, team, &format!("a{plan}{at}"), plan, draw);
    }
}

fn fallbacks(text: &mut String, team: &str, ask: &str, plan: &str, draw: &mut Draw) {
    for _ in 0..draw.below(3) {
        let kind = draw.one(&["hack", "do-without", "away-team", "escalate", "tiger-team", "buy"]);
        let id = draw.below(1_000);
        let _ = writeln!(text, "[[ask.{ask}.fallback]]\nkind = \"{kind}\"\nid = \"f{id}\"");
        match kind {
            "do-without" => text.push_str("keeps = \"60%\"\n"),
            "tiger-team" => {
                let _ = writeln!(text, "with = \"{}\"", draw.other_than(team));
            }
            "away-team" => {
                text.push_str("create = \"7w, rarely over 9w\"\n");
                if draw.percent(40) {
                    let _ = writeln!(text, "send = [\"{}\"]", draw.person());
                }
                if draw.percent(30) {
                    let _ = writeln!(text, "with = \"{}\"", draw.other_than(team));
                }
            }
            "hack" => {
                text.push_str("create = \"2w, rarely over 3w\"\nmaintain = \"2d/month\"\n");
                if draw.percent(50) {
                    text.push_str("migrate = \"1w, rarely over 2w\"\n");
                }
                if draw.percent(40) {
                    text.push_str("taken = 2026-09-07\nlive = 2026-09-21\n");
                }
                if draw.percent(20) {
                    let _ = writeln!(text, "skips = [\"w{plan}0\"]");
                }
            }
            _ => {}
        }
        draw.silence(text);
    }
}

fn answers(text: &mut String, team: &str, file: usize, draw: &mut Draw) {
    draw.silence(text);
    let mut asks: Vec<String> = (0..draw.below(5)).map(|_| draw.ask()).collect();
    // An ask that both files answer is written twice; that should be rare.
    asks.retain(|ask| usize::from(ask.ends_with('1')) == file || draw.rarely());
    // One's own asks have no answers.
    asks.retain(|ask| !ask.starts_with(team) || draw.rarely());
    asks.sort();
    asks.dedup();
    for ask in asks {
        if draw.percent(25) {
            let host = draw.one(&["welcome", "unable"]);
            let _ = write!(text, "[[answer.\"{ask}\"]]\non = {}\nhost = \"{host}\"\n", draw.any_day());
        }
        for _ in 0..=draw.below(2) {
            let says = draw.one(&["considering", "committed", "declined", "landed", "countered"]);
            let _ = write!(text, "[[answer.\"{ask}\"]]\non = {}\nsays = \"{says}\"\n", draw.any_day());
            match says {
                "committed" => {
                    let _ = writeln!(text, "by = {}", draw.one(&["2026-10-10", "2026-11-21"]));
                    if draw.percent(40) {
                        let _ = writeln!(text, "work = \"w{}0\"", draw.below(PLANS));
                    }
                }
                "considering" if draw.percent(50) => text.push_str("until = 2026-10-09\n"),
                "countered" => text.push_str("offer = \"Half of it\"\n"),
                _ => {}
            }
        }
    }
    if draw.percent(30) {
        let relation = draw.one(&["asks", "apart"]);
        let _ = write!(
            text,
            "[need.n{file}]\nwhat = \"One thing\"\n{relation} = [\"{}\", \"{}\"]\non = {}\n",
            draw.ask(),
            draw.ask(),
            draw.any_day()
        );
        if draw.percent(50) {
            let _ = write!(text, "[[answer.n{file}]]\non = {}\nsays = \"declined\"\n", draw.any_day());
        }
    }
    if file == 0 && draw.percent(25) {
        let _ = write!(
            text,
            "[[sign]]\ncontract = \"{}/d0\"\nversion = 1\non = {}\nsays = \"{}\"\n",
            draw.other_than(team),
            draw.any_day(),
            draw.one(&["signed", "declined"])
        );
    }
    if file == 0 && draw.percent(25) {
        let _ = write!(
            text,
            "[[confirm]]\noutcome = \"{}\"\nvalue = \"{}k/week\"\non = {}\nwho = \"kim\"\n",
            draw.outcome(),
            1 + draw.below(9),
            draw.any_day()
        );
    }
}

fn data(text: &mut String, team: &str, draw: &mut Draw) {
    let _ = writeln!(
        text,
        "[dataset.d0]\ntitle = \"Stock\"\nwhere = [\"shop:{}\"]\nwriters = [\"{team}\", \"{}\"]\nreaders = [\"{}\"]",
        draw.one(&["stock/**", "price/**"]),
        draw.other_than(team),
        draw.other_than(team)
    );
    draw.silence(text);
    if draw.percent(50) {
        text.push_str("[dataset.d0.invariant.i0]\nkind = \"unique\"\nchosen = true\n");
    }
    if draw.percent(20) {
        let _ = write!(
            text,
            "[dataset.d0.invariant.i1]\nkind = \"reference\"\nto = \"{}/d0\"\n",
            draw.other_than(team)
        );
    }
    if draw.percent(60) {
        let kind = draw.one(&["owned", "merged", "serial"]);
        let _ =
            writeln!(text, "[dataset.d0.contract]\nkind = \"{kind}\"\nversion = 1\nopened = {}", draw.day());
        match kind {
            "merged" => text.push_str("merge = { price = \"last-writer\" }\n"),
            "serial" => {
                let home = if draw.rarely() { team } else { draw.other_than(team) };
                let _ = writeln!(text, "home = \"{home}/till\"");
            }
            _ => {}
        }
    }
}

fn proposal(text: &mut String, team: &str, draw: &mut Draw) {
    let _ = writeln!(
        text,
        "[proposal.q0]\ntitle = \"One till\"\nproblem = \"Two tills\"\nsettles = [\"{}\"]\nadopters = [\"{}\"]\nopened = {}",
        draw.ask(),
        draw.other_than(team),
        draw.any_day()
    );
    draw.silence(text);
    text.push_str(
        "[proposal.q0.option.lib]\nkind = \"library\"\nbuild = \"4w\"\nadopt = \"1w\"\nalone = \"3w\"\n",
    );
}
