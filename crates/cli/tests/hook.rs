//! `kedge check --since` where git itself runs it: in a hook, with git's own variables set.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

fn git(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("git")
        .args(["-c", "user.name=Ana", "-c", "user.email=ana@example.org", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn in_a_hook_the_repository_of_the_plans_is_asked_and_not_the_one_that_is_committed_to() {
    let all = tempfile::tempdir().unwrap();
    let (code, plans) = (all.path().join("code"), all.path().join("plans"));
    let plan = "team = \"checkout\"\n\n[outcome.one]\ndue = 2026-12-12\n";
    for folder in [&code, &plans] {
        fs::create_dir(folder).unwrap();
        assert!(git(folder, &["init", "--quiet"]).status.success());
    }
    fs::create_dir(plans.join("checkout")).unwrap();
    fs::write(plans.join("kedge.toml"), "name = \"Shop\"\n").unwrap();
    fs::write(plans.join("checkout/one.kedge.toml"), plan).unwrap();
    git(&plans, &["add", "--all"]);
    assert!(git(&plans, &["commit", "--quiet", "--message", "one"]).status.success());
    // The hook of one repository checks plans that lie in another; git sets GIT_DIR and GIT_INDEX_FILE for it.
    let hook = code.join(".git/hooks/pre-commit");
    let script = format!(
        "#!/bin/sh\ntest -n \"$GIT_INDEX_FILE\" || exit 9\nexport GIT_DIR=\"$PWD/.git\"\n\
         exec '{}' check --in '{}' --as-of 2026-10-14 --fast --since HEAD --color never\n",
        env!("CARGO_BIN_EXE_kedge"),
        plans.display()
    );
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, script).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(code.join("main.rs"), "fn main() {}\n").unwrap();
    git(&code, &["add", "--all"]);
    let committed = git(&code, &["commit", "--message", "one"]);
    assert!(committed.status.success(), "{}", said(&committed));
    assert!(said(&committed).contains("since HEAD"), "{}", said(&committed));
}
