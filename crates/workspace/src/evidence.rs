//! What the sources and borders of surveyed repositories say about the teams of an organisation, for the rules.

use kedge_model::{
    ChangesElsewhere, CoChange, CodeEvidence, CodePart, Evidence, LayersTogether, Organisation, Part,
    ServiceId, ServicesShare, Slug, SolvedTwice, TeamId, WrittenData,
};
use kedge_survey::borders::Together;
use kedge_survey::coupling::Shown;
use kedge_survey::twice::solutions::{Capability, Ecosystem, Role};
use kedge_survey::twice::{Kind, Twice, copies};
use kedge_survey::{BordersFound, DataFound, Survey, word};
use std::collections::{BTreeMap, BTreeSet};

/// Two teams with less code than this in common, in tokens, have written what everybody writes. About twenty-five lines. Our
/// own.
const TOKENS_IN_COMMON: usize = 200;

/// Adds what the parts of the surveys say.
pub(crate) fn add_parts(organisation: &Organisation, surveys: &[Survey], evidence: &mut CodeEvidence) {
    for survey in surveys {
        let Ok(repository) = Slug::new(&survey.repository) else { continue };
        let seen = Seen { organisation, survey, repository };
        evidence.data.extend(survey.data.iter().flat_map(|data| seen.data(data)));
        evidence.problems.extend(survey.duplicates.iter().flat_map(|twice| seen.problems(twice)));
        if let Some(borders) = &survey.borders {
            seen.borders(borders, evidence);
        }
    }
    let has = |part: fn(&Survey) -> bool| surveys.iter().any(part);
    let parts = [
        (CodePart::Data, has(|survey| survey.data.is_some())),
        (CodePart::Duplicates, has(|survey| survey.duplicates.is_some())),
        (CodePart::Borders, has(|survey| survey.borders.is_some())),
    ];
    evidence.not_read = parts.into_iter().filter(|(_, is_there)| !is_there).map(|(part, _)| part).collect();
}

/// One survey, as the organisation sees it.
struct Seen<'s> {
    organisation: &'s Organisation,
    survey: &'s Survey,
    repository: Slug,
}

impl Seen<'_> {
    fn team(&self, name: &str) -> Option<TeamId> {
        let team = name.parse::<TeamId>().ok()?;
        self.organisation.team(&team).map(|_| team)
    }

    fn teams<'n>(&self, names: impl IntoIterator<Item = &'n String>) -> Vec<TeamId> {
        names.into_iter().filter_map(|name| self.team(name)).collect()
    }

    /// The only one of the owners, where it is a team.
    fn alone(&self, owners: &[String]) -> Option<TeamId> {
        if let [owner] = owners { self.team(owner) } else { None }
    }

    /// A place in the sources as they are at the commit.
    fn here(&self, file: &str, line: u32, shows: String) -> Option<Evidence> {
        Some(Evidence {
            repository: self.repository.clone(),
            file: file.to_owned(),
            line: Some(line),
            commit: self.survey.commit.clone(),
            on: self.survey.on.parse().ok()?,
            shows,
        })
    }

    fn commits(&self, changes: &[Shown], shows: &str) -> Vec<Evidence> {
        let place = |it: &Shown| {
            Some(Evidence {
                repository: self.repository.clone(),
                file: it.files.first().cloned().unwrap_or_default(),
                line: None,
                commit: it.commit.clone(),
                on: it.on.parse().ok()?,
                shows: shows.to_owned(),
            })
        };
        changes.iter().filter_map(place).collect()
    }

    fn data(&self, data: &DataFound) -> Vec<WrittenData> {
        let mut found = Vec::new();
        for one in &data.by_owner {
            let separate = one.separate_writers();
            let teams: BTreeSet<TeamId> = separate.iter().filter_map(|owner| self.team(owner)).collect();
            if teams.len() < 2 {
                continue;
            }
            let files = |by: &BTreeMap<String, Vec<String>>| {
                by.iter().filter_map(|(owner, files)| Some((self.team(owner)?, whole(files.len())))).collect()
            };
            let shown = |team: &TeamId| {
                let write = data.write_of(one, team.as_str())?;
                let place = self.here(&write.path, write.line, format!("{team} writes {}", one.shown))?;
                Some((team.clone(), place))
            };
            let defined: BTreeSet<&str> = data
                .object(one)
                .into_iter()
                .flat_map(|object| &object.definitions)
                .map(|one| one.path.as_str())
                .collect();
            found.push(WrittenData {
                repository: self.repository.clone(),
                data: one.shown.clone(),
                kind: word(one.kind),
                defined_in: defined.into_iter().map(str::to_owned).collect(),
                writers: files(&one.writers),
                readers: files(&one.readers),
                shown_by: teams.iter().filter_map(shown).collect(),
            });
        }
        found
    }

    fn problems(&self, twice: &Twice) -> Vec<SolvedTwice> {
        let mut problems: Vec<SolvedTwice> =
            twice.solutions.capabilities.iter().flat_map(|one| self.solved(one)).collect();
        problems.extend(self.copied(&twice.copies));
        problems
    }

    /// A problem with several solutions, by language: what is written in two languages cannot be one.
    fn solved(&self, capability: &Capability) -> Vec<SolvedTwice> {
        let mut by_language: BTreeMap<Ecosystem, SolvedTwice> = BTreeMap::new();
        for solution in &capability.solutions {
            let declared = solution.declared.iter().filter(|it| it.role == Role::Runtime);
            let declared = declared.map(|it| (it.ecosystem, &it.owners, &it.file, it.line));
            let imported = solution.imported.iter().filter(|it| it.kind != Kind::Test);
            let imported = imported.map(|it| (it.ecosystem, &it.owners, &it.file, it.line));
            for (language, owners, file, line) in declared.chain(imported) {
                let entry = by_language.entry(language).or_insert_with(|| SolvedTwice {
                    problem: format!("{} ({})", capability.capability, word(language)),
                    solutions: BTreeMap::new(),
                    shown_by: Vec::new(),
                });
                for team in self.teams(owners) {
                    let teams = entry.solutions.entry(solution.name.clone()).or_default();
                    if !teams.contains(&team) {
                        let shows = format!("{team} has {}", solution.name);
                        entry.shown_by.extend(self.here(file, line, shows));
                        teams.push(team);
                    }
                }
            }
        }
        let mut problems: Vec<SolvedTwice> = by_language.into_values().collect();
        problems.retain(|problem| problem.solutions.len() > 1);
        for problem in &mut problems {
            problem.solutions.values_mut().for_each(|teams| teams.sort());
        }
        problems
    }

    /// Code that is nearly the same, with all teams that have it. A real repository has many such pieces: two teams are told
    /// of the largest that they share, which stands for the others of the same teams.
    fn copied(&self, copies: &copies::Copies) -> Vec<SolvedTwice> {
        type Two = (TeamId, TeamId);
        let mut groups: Vec<(&copies::Group, BTreeMap<Two, usize>)> = Vec::new();
        let mut in_common: BTreeMap<Two, usize> = BTreeMap::new();
        for group in copies.groups.iter().filter(|group| group.kind == Kind::Code) {
            // Of each two teams the largest pair of this group.
            let mut of_group: BTreeMap<Two, usize> = BTreeMap::new();
            for pair in &group.pairs {
                for left in self.teams(&pair.left.owners) {
                    for right in self.teams(&pair.right.owners).into_iter().filter(|right| *right != left) {
                        let teams = if left < right { (left.clone(), right) } else { (right, left.clone()) };
                        let common = of_group.entry(teams).or_default();
                        *common = pair.common.max(*common);
                    }
                }
            }
            for (teams, common) in &of_group {
                *in_common.entry(teams.clone()).or_default() += common;
            }
            groups.push((group, of_group));
        }
        groups.sort_by_key(|(group, _)| std::cmp::Reverse(group.repeated));
        let mut told: BTreeSet<&Two> = BTreeSet::new();
        let mut problems = Vec::new();
        for (at, (group, of_group)) in groups.iter().enumerate() {
            let is_new = |teams: &&Two| in_common[*teams] >= TOKENS_IN_COMMON && !told.contains(teams);
            if !of_group.keys().any(|teams| is_new(&teams)) {
                continue;
            }
            let rest = groups[at + 1..].iter().filter(|(_, of_rest)| {
                !of_rest.is_empty() && of_rest.keys().all(|teams| of_group.contains_key(teams))
            });
            problems.extend(self.copied_piece(group, rest.count()));
            told.extend(of_group.keys());
        }
        problems
    }

    /// One piece of code with its largest place of each team, and how many more pieces the same teams have in common.
    fn copied_piece(&self, group: &copies::Group, more: usize) -> Option<SolvedTwice> {
        let mut largest: BTreeMap<TeamId, &copies::Place> = BTreeMap::new();
        for place in &group.places {
            for team in self.teams(&place.owners) {
                let kept = largest.entry(team).or_insert(place);
                if place.tokens > kept.tokens {
                    *kept = place;
                }
            }
        }
        let mut solutions: BTreeMap<String, Vec<TeamId>> = BTreeMap::new();
        let mut shown_by = Vec::new();
        for (team, place) in largest {
            let name = format!("{}:{}-{}", place.file, place.lines.0, place.lines.1);
            let teams = solutions.entry(name).or_default();
            if teams.is_empty() {
                let shows = format!("{} tokens nearly as in the others", place.tokens);
                shown_by.extend(self.here(&place.file, place.lines.0, shows));
            }
            teams.push(team);
        }
        let rest = match more {
            0 => String::new(),
            more => format!(", the largest of {} such pieces of theirs", more + 1),
        };
        let problem = format!(
            "nearly the same code ({} tokens repeated, in {} places{rest})",
            group.repeated,
            group.places.len()
        );
        (solutions.len() > 1).then_some(SolvedTwice { problem, solutions, shown_by })
    }

    fn borders(&self, borders: &BordersFound, evidence: &mut CodeEvidence) {
        for one in borders.ownership.iter().flat_map(|found| &found.elsewhere) {
            let (Some(owner), Some(with)) = (self.alone(&one.owners), self.alone(&one.mostly)) else {
                continue;
            };
            let shows = format!("touches {} and files of {with}", one.folder);
            evidence.elsewhere.push(ChangesElsewhere {
                owner,
                folder: one.folder.clone(),
                files: whole(one.files.len()),
                of: whole(one.of),
                with,
                with_others: one.with_others,
                with_own: one.with_own,
                commits: whole(one.commits),
                shown_by: self.commits(&one.shown_by, &shows),
            });
        }
        for pair in borders.layers.iter().flat_map(|found| &found.pairs) {
            let (Some(one), Some(other)) = (self.team(&pair.owners.0), self.team(&pair.owners.1)) else {
                continue;
            };
            let shows = format!("touches files of {one} and of {other}");
            let commits = self.commits(&pair.shown_by, &shows);
            evidence.layers.push(LayersTogether {
                change: co_change(Part::Team(one), Part::Team(other), &pair.together, commits),
                layer_of_one: pair.layers.0.clone(),
                layer_of_other: pair.layers.1.clone(),
                quarters: whole(pair.quarters),
                of_quarters: whole(pair.of_quarters),
            });
        }
        for pair in &borders.services.pairs {
            let (Some(one), Some(other)) = (self.service(&pair.services.0), self.service(&pair.services.1))
            else {
                continue;
            };
            let shown = self.commits(&pair.shown_by, &format!("touches files of {one} and of {other}"));
            let parts = (Part::Service(one), Part::Service(other));
            evidence.co_changes.push(co_change(parts.0, parts.1, &pair.together, shown));
        }
        for shared in borders.shared.iter().flatten() {
            let (Some(one), Some(other)) =
                (self.service(&shared.services.0), self.service(&shared.services.1))
            else {
                continue;
            };
            let does = |writes: bool| if writes { "writes" } else { "reads" };
            let place = |(file, line): &(String, u32), writes: bool| {
                self.here(file, *line, format!("{} {}", does(writes), shared.data))
            };
            let shown_by =
                [place(&shared.shown_by.0, shared.writes.0), place(&shared.shown_by.1, shared.writes.1)];
            evidence.services_share.push(ServicesShare {
                one,
                other,
                data: shared.data.clone(),
                shown_by: shown_by.into_iter().flatten().collect(),
            });
        }
    }

    fn service(&self, name: &str) -> Option<ServiceId> {
        let service = name.parse::<ServiceId>().ok()?;
        self.organisation.team(service.team())?.services.get(service.id())?;
        Some(service)
    }
}

fn co_change(one: Part, other: Part, together: &Together, shown_by: Vec<Evidence>) -> CoChange {
    CoChange {
        one,
        other,
        together: whole(together.together),
        expected: together.expected,
        of: whole(together.of),
        shown_by,
    }
}

/// More than fits is as much as fits.
fn whole(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
