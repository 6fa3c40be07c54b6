//! Imports of every format, as files of plans: what a person has before them after `kedge import`.

use super::report_on_texts;
use kedge_check::Report;
use kedge_exchange::{Draft, SourceFile, backstage, codeowners, github, jira, kep, linear, mapped};
use kedge_files::{SourceText, Sources, apply};
use kedge_model::{Change, Settings};
use std::path::Path;

/// The day from which all are looked at: that of the example.
const AS_OF: &str = "2026-10-14";

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../exchange/tests/data");

/// Days of the releases that the enhancements name.
const RELEASES: &str =
    "version,date\nv7.1,2024-02-14\nv7.2,2024-06-12\nv7.3,2024-10-16\nv7.4,2025-02-12\nv7.5,2025-06-11\n";

/// An import, and what the files that it reads are written to. All are our own, so none makes a rule tried.
pub(crate) struct Import {
    /// Its name in the table of counts.
    pub(crate) short: &'static str,
    /// What the files are written to.
    pub(crate) from: &'static str,
    draft: fn() -> Draft,
}

impl Import {
    /// What every rule has to say of the plans that the import writes.
    pub(crate) fn report(&self) -> Report {
        let settings = Settings { name: self.short.to_owned(), ..Settings::default() };
        let mut changes: Vec<Change> = vec![settings.into()];
        changes.extend((self.draft)().changes);
        let edits = apply(&Sources::default(), &changes).unwrap();
        let texts = edits.into_iter().filter_map(|edit| {
            let text = edit.after?;
            Some(SourceText { path: edit.path, text })
        });
        report_on_texts(texts.collect(), AS_OF.parse().unwrap())
    }
}

const WRITTEN: &str = "written to the vendor's documentation and the headers of public exports";

/// Every format of trackers and catalogues. The Rust project's goals are read whole elsewhere.
pub(crate) const IMPORTS: [Import; 9] = [
    Import { short: "Jira Cloud", from: WRITTEN, draft: jira_cloud },
    Import { short: "Jira Data Center", from: WRITTEN, draft: jira_data_center },
    Import { short: "GitHub GraphQL", from: "written to the vendor's documentation", draft: github_graphql },
    Import { short: "GitHub REST", from: "written to the vendor's documentation", draft: github_rest },
    Import { short: "Linear", from: "written to the header of public exports", draft: linear_export },
    Import { short: "CSV", from: "written by us, with its mapping", draft: mapped_roadmap },
    Import { short: "Backstage", from: "written to the project's documentation", draft: backstage_catalogue },
    Import { short: "CODEOWNERS", from: "written to the vendor's documentation", draft: code_owners },
    Import { short: "KEPs", from: "written to the project's template", draft: enhancements },
];

/// A file of the importers' own tests.
fn source(path: &str) -> SourceFile {
    SourceFile::new(path, std::fs::read_to_string(Path::new(DATA).join(path)).unwrap())
}

fn jira_cloud() -> Draft {
    jira::draft(&[source("jira/cloud.csv")], &jira::Options::default())
}

fn jira_data_center() -> Draft {
    let options = jira::Options {
        days_per_point: Some(0.5),
        team_column: Some("custom field (squad)".into()),
        ..jira::Options::default()
    };
    jira::draft(&[source("jira/data-center.csv")], &options)
}

fn github_graphql() -> Draft {
    github::draft(&[source("github/graphql.json")], &github::Options::default())
}

fn github_rest() -> Draft {
    let options = github::Options { team_label: Some("team/".into()), ..github::Options::default() };
    github::draft(&[source("github/rest.json")], &options)
}

fn linear_export() -> Draft {
    let options = linear::Options { days_per_point: Some(1.0), ..linear::Options::default() };
    linear::draft(&[source("linear/export.csv")], &options)
}

fn mapped_roadmap() -> Draft {
    let mapping = mapped::Mapping::read(&source("mapped/roadmap.toml").text).unwrap();
    mapped::draft(&[source("mapped/roadmap.csv")], &mapping, "roadmap")
}

fn backstage_catalogue() -> Draft {
    let sources = [source("backstage/groups.yaml"), source("backstage/services.yaml")];
    backstage::draft(&sources, &backstage::Options::default())
}

fn code_owners() -> Draft {
    let repository = "harbour".parse().unwrap();
    codeowners::draft(
        &source("codeowners/github"),
        &codeowners::Options { repository, host: None, files: None },
    )
}

fn enhancements() -> Draft {
    let keps = ["sig-moorings/9101-tide-tables", "sig-lanterns/9102-fog-signals", "sig-moorings/9-old"]
        .map(|folder| source(&format!("kep/keps/{folder}/kep.yaml")));
    let options = kep::Options { name: "kep".into(), releases: kep::releases(RELEASES).unwrap() };
    kep::draft(&keps, Some(&source("kep/sigs.yaml")), &options)
}
