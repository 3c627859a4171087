//! A file on its way to disk: it has its name only when it is whole, and nobody but its owner may read it.

use crate::error::{Error, Result};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// As much is collected before a thread is asked to write it: all that is held in memory of a file.
const BATCH: usize = 256 << 10;

/// Dropped before it is finished, it leaves nothing behind. The disk is waited for on a worker thread.
pub(super) struct File {
    /// In the same folder, so that it can be renamed; mode 0600.
    temporary: NamedTempFile,
    path: PathBuf,
    batch: Vec<u8>,
    bytes: u64,
}

impl File {
    /// Begins a file that will have this name.
    pub(super) async fn create(path: &Path) -> Result<File> {
        let path = path.to_owned();
        blocking(move || {
            if path.symlink_metadata().is_ok_and(|there| !there.is_file()) {
                return Err(refused("a folder, a link or a device has this name"));
            }
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let temporary =
                tempfile::Builder::new().prefix(".shiren-").suffix(".part").tempfile_in(folder).map_err(failed)?;
            Ok(File { temporary, path, batch: Vec::new(), bytes: 0 })
        })
        .await
    }

    /// Adds what has come.
    pub(super) async fn write(mut self, bytes: &[u8]) -> Result<File> {
        self.batch.extend_from_slice(bytes);
        if self.batch.len() < BATCH { Ok(self) } else { blocking(move || self.flushed()).await }
    }

    /// Gives the file its name, and its length back.
    pub(super) async fn finish(self) -> Result<u64> {
        blocking(move || {
            let file = self.flushed()?;
            // The address may be gone by the time that a crash shows what was not on disk.
            file.temporary.as_file().sync_all().map_err(failed)?;
            file.temporary.persist(&file.path).map_err(|error| failed(error.error))?;
            Ok(file.bytes)
        })
        .await
    }

    fn flushed(mut self) -> Result<File> {
        self.temporary.write_all(&self.batch).map_err(failed)?;
        self.bytes += self.batch.len() as u64;
        self.batch.clear();
        Ok(self)
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(Error::internal("a worker thread died")))
}

/// The kind alone: the system's own text may quote the path, which may name a person.
fn failed(error: io::Error) -> Error {
    refused(&format!("the file cannot be written: {}", error.kind()))
}

fn refused(why: &str) -> Error {
    Error::invalid_argument("/path", why)
        .with_hint("check the folder, its permissions and its space; no part of the file is left")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().build().unwrap()
    }

    fn names(folder: &Path) -> Vec<String> {
        folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn it_has_its_name_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("face.jpg");
        std::fs::write(&path, b"the one before").unwrap();
        runtime().block_on(async {
            let mut file = File::create(&path).await.unwrap();
            for _ in 0..300 {
                file = file.write(&[7; 1000]).await.unwrap();
                assert!(file.batch.len() < BATCH);
            }
            assert_eq!(std::fs::read(&path).unwrap(), b"the one before");
            assert_eq!(file.finish().await.unwrap(), 300_000);
        });
        assert_eq!(std::fs::read(&path).unwrap(), [7; 300_000]);
        assert_eq!(names(folder.path()), ["face.jpg"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn given_up_it_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        runtime().block_on(async {
            let file = File::create(&folder.path().join("face.jpg")).await.unwrap();
            drop(file.write(&[7; BATCH + 1]).await.unwrap());
        });
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn what_cannot_be_written_is_said_without_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let canary = folder.path().join("canary");
        std::fs::create_dir(&canary).unwrap();
        for path in [canary.clone(), folder.path().join("no-canary/face.jpg")] {
            let error = runtime().block_on(File::create(&path)).err().unwrap();
            assert_eq!(error.field.as_deref(), Some("/path"));
            assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
        }
        #[cfg(unix)]
        {
            let link = folder.path().join("link");
            std::os::unix::fs::symlink("/dev/null", &link).unwrap();
            assert!(runtime().block_on(File::create(&link)).is_err(), "a link is not replaced");
        }
    }
}
