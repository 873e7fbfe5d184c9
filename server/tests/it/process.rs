//! The binary as a process: what it answers, and one that serves.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

/// The binary in an empty folder with an empty environment.
pub fn tidemark(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidemark"));
    command
        .args(args)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::null());
    command
}

pub fn output(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Output {
    tidemark(folder, args)
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

pub fn with_input(folder: &Path, args: &[&str], input: &str) -> Output {
    let mut command = tidemark(folder, args);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

/// The one sentence on standard error.
pub fn sentence(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    let sentence = text.strip_suffix('\n').unwrap_or(&text).to_owned();
    assert_eq!(sentence.lines().count(), 1, "{text}");
    assert!(
        sentence.starts_with("tidemark: ") && sentence.ends_with('.'),
        "{sentence}"
    );
    assert!(output.stdout.is_empty());
    sentence
}

/// A server that is stopped with this value.
pub struct Serving {
    child: Child,
    /// Where it serves: host and port.
    pub address: String,
    /// What else it said.
    pub output: BufReader<ChildStdout>,
}

/// A server that was told to start and has not said yet that it serves.
pub struct Starting(Child);

impl Starting {
    /// Waits until it serves.
    pub fn started(self) -> Serving {
        let mut child = self.0;
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("Tidemark is served at http://");
        let address = address.unwrap_or_else(|| panic!("“{line}”")).to_owned();
        Serving {
            child,
            address,
            output,
        }
    }
}

impl Serving {
    pub fn start(folder: &Path, args: &[&str]) -> Self {
        Self::starting(folder, args, &[]).started()
    }

    /// Starts it, with these variables, and waits for nothing: several may start at once.
    pub fn starting(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Starting {
        let mut command = tidemark(folder, args);
        command.envs(variables.iter().copied());
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        Starting(command.spawn().unwrap())
    }

    /// Kills it as `kill -9` does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, as a service manager does.
    pub fn stop(mut self) {
        let kill = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(kill.success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
