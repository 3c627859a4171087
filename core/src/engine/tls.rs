//! Whom to trust: bundled roots, the platform's, the caller's. rustls on ring, with no process-wide default needed.

use crate::error::{Error, Result};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::sync::{Arc, OnceLock};

/// The bundled roots and the platform's; read once in a process.
fn everyone() -> &'static Arc<RootCertStore> {
    static ROOTS: OnceLock<Arc<RootCertStore>> = OnceLock::new();
    ROOTS.get_or_init(|| {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        // A platform without a usable store still has the bundled roots.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Arc::new(roots)
    })
}

/// The caller's own authorities.
pub(super) fn authorities(pem: &str) -> Result<Vec<CertificateDer<'static>>> {
    let mut store = RootCertStore::empty();
    let mut certificates = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|_| bad_pem("this is not PEM text"))?;
        store.add(certificate.clone()).map_err(|_| bad_pem("a certificate in it cannot be read"))?;
        certificates.push(certificate);
    }
    if certificates.is_empty() {
        return Err(bad_pem("there is no certificate in it"));
    }
    Ok(certificates)
}

fn bad_pem(message: &str) -> Error {
    let mut error = Error::configuration(message);
    error.field = Some("/ca_pem".to_owned());
    error.with_hint("it starts with -----BEGIN CERTIFICATE-----")
}

/// What a handshake needs, for HTTP/1.1 only.
pub(super) fn config(authorities: &[CertificateDer<'static>]) -> Result<ClientConfig> {
    let mut roots = everyone().clone();
    if !authorities.is_empty() {
        Arc::make_mut(&mut roots).add_parsable_certificates(authorities.iter().cloned());
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| Error::internal("ring speaks no TLS version"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_authorities_are_refused_by_name() {
        for bad in [
            "",
            "no certificate",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\n***\n-----END CERTIFICATE-----\n",
        ] {
            let error = authorities(bad).unwrap_err();
            assert_eq!(error.kind, crate::Kind::Configuration, "{bad}");
            assert_eq!(error.field.as_deref(), Some("/ca_pem"), "{bad}");
        }
    }

    #[test]
    fn there_are_roots_to_trust() {
        assert!(everyone().len() > 50);
        assert_eq!(config(&[]).unwrap().alpn_protocols, [b"http/1.1"]);
    }
}
