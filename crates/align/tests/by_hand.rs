//! The tables of bitwarden/server that several teams write: a contract for each, ten of them beside what a person would choose.
//!
//! The evidence is a file of facts: which team writes which table from how many files. How it was taken stands in that file.
#![allow(clippy::unwrap_used)]

use kedge_align::datasets::{Datasets, datasets};
use kedge_align::proposed::ProposedKind;
use kedge_files::{SourceText, read};
use kedge_model::{CodeEvidence, Slug, TeamId, WrittenData};
use std::collections::{BTreeMap, BTreeSet};

const FACTS: &str = include_str!("labels/bitwarden-contracts.tsv");

struct Judged {
    table: &'static str,
    contract: &'static str,
    owner: &'static str,
}

fn lines() -> impl Iterator<Item = Vec<&'static str>> {
    FACTS.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

fn judged() -> Vec<Judged> {
    let judged = lines().filter(|line| line[0] == "JUDGED");
    judged.map(|line| Judged { table: line[1], contract: line[2], owner: line[3] }).collect()
}

fn found() -> Datasets {
    let data: Vec<WrittenData> = lines()
        .filter(|line| line[0] != "JUDGED")
        .map(|line| WrittenData {
            repository: Slug::new("server").unwrap(),
            data: line[0].to_owned(),
            kind: "table".into(),
            defined_in: Vec::new(),
            writers: line[1..]
                .iter()
                .map(|it| it.split_once('=').unwrap())
                .map(|(team, files)| (team.parse::<TeamId>().unwrap(), files.parse().unwrap()))
                .collect(),
            readers: BTreeMap::new(),
            shown_by: BTreeMap::new(),
        })
        .collect();
    let teams: BTreeSet<&TeamId> = data.iter().flat_map(|data| data.writers.keys()).collect();
    let mut files = vec![SourceText { path: "kedge.toml".into(), text: "name = \"Bitwarden\"\n".into() }];
    files.extend(teams.iter().map(|team| SourceText {
        path: format!("{team}/team.kedge.toml"),
        text: format!("team = \"{team}\"\nkind = \"stream\"\n"),
    }));
    let organisation = read(files, None).unwrap().organisation;
    let evidence = CodeEvidence { data, ..CodeEvidence::default() };
    datasets(&organisation, Some(&evidence), "2026-10-14".parse().unwrap())
}

#[test]
fn each_table_that_several_teams_write_gets_a_contract_under_which_nothing_breaks() {
    let found = found();
    assert_eq!(found.shared().count(), 43);
    for entry in found.shared() {
        let proposed = entry.proposed.as_ref().unwrap();
        assert!(proposed.checked.breaks.is_empty(), "{}: {proposed:#?}", entry.name);
        // As it is, with what is written most, an update is lost.
        let today = entry.today.as_ref().unwrap();
        assert!(entry.assumed && !today.breaks.is_empty(), "{}", entry.name);
    }
}

#[test]
fn eight_of_the_ten_that_were_judged_by_hand_come_out_the_same() {
    let found = found();
    let judged = judged();
    assert_eq!(judged.len(), 10);
    let mut apart = Vec::new();
    for one in &judged {
        let entry = found.named(&format!("server:{}", one.table)).unwrap();
        let proposed = &entry.proposed.as_ref().unwrap().kind;
        assert_eq!(proposed.word(), one.contract, "{}", one.table);
        let ProposedKind::Owned { by } = proposed else { panic!("{}", one.table) };
        if by.as_str() != one.owner {
            apart.push(format!("{}: {} by hand, {by} proposed", one.table, one.owner));
        }
    }
    // Vault writes both from more files than anybody else: it bumps revisions and counts storage there. Counts of files do not
    // tell that from owning the data; whoever declares the dataset does.
    assert_eq!(
        apart,
        ["User: auth by hand, vault proposed", "Organization: admin-console by hand, vault proposed"]
    );
}
