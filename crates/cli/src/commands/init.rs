//! `kedge init`: a starter organisation.

use super::new::new_team;
use super::print_json;
use crate::arguments::Common;
use crate::failure::{Exit, Failure};
use crate::terminal::say;
use crate::terminal::{Terminal, Tone};
use kedge_files::{Template, template};
use kedge_model::{Change, Slug};
use kedge_workspace::{Edit, Options, Workspace, disk};
use std::path::Path;

/// Writes `kedge.toml`, and a folder for each team named.
pub(crate) fn run(
    common: &Common,
    terminal: Terminal,
    folder: &Path,
    name: Option<&str>,
    teams: &[Slug],
) -> Result<Exit, Failure> {
    if folder.join("kedge.toml").exists() {
        return Err(Failure::new(format!("{} is an organisation already", folder.display()))
            .hint("`kedge new team NAME` adds a team to it"));
    }
    std::fs::create_dir_all(folder)?;
    let name = match name {
        Some(name) => name.to_owned(),
        None => std::fs::canonicalize(folder)?
            .file_name()
            .map_or_else(|| "Our organisation".to_owned(), |name| name.to_string_lossy().into_owned()),
    };
    let settings = Edit {
        path: "kedge.toml".into(),
        before: None,
        after: Some(template(&Template::Settings { name: &name })),
    };
    disk::write(folder, std::slice::from_ref(&settings)).map_err(Failure::new)?;
    let mut written = vec![settings.path];
    if !teams.is_empty() {
        let workspace = Workspace::open(folder, Options::default()).map_err(Failure::new)?;
        let mut changes: Vec<Change> = Vec::new();
        for team in teams {
            changes.extend(new_team(team, "stream", None)?.1);
        }
        let recorded = workspace.record("first teams", &changes).map_err(Failure::new)?;
        written.extend(recorded.edits.into_iter().map(|edit| edit.path));
    }
    if common.json {
        print_json(&serde_json::json!({ "organisation": name, "written": written }))?;
        return Ok(Exit::Fine);
    }
    say!("{} {name}", terminal.paint(Tone::Strong, "Made:"));
    for path in &written {
        say!("  {}", folder.join(path).display());
    }
    let team = teams.first().map_or("checkout", Slug::as_str);
    let at = if folder == Path::new(".") { String::new() } else { format!("  cd {}\n", folder.display()) };
    let add_team =
        if teams.is_empty() { format!("  kedge new team {team} --people 5\n") } else { String::new() };
    say!(
        "\n{}\n{at}{add_team}  kedge new plan {team}/first-plan\n  \
         kedge new outcome {team}/first-plan faster --value 10k/week\n  \
         kedge new work {team}/first-plan build --for faster --effort '3w, rarely over 6w'\n  \
         kedge check\n  kedge serve",
        terminal.paint(Tone::Strong, "Next:")
    );
    Ok(Exit::Fine)
}
