import { CliError, EXIT } from '../errors.ts';

/** What is wrong with the certificate that came: its authority, its dates, or the name that it is for. */
export type CertificateFault = 'certificate' | 'certificate_expired' | 'certificate_name';

/**
 * @param host that was meant to be reached
 * @param authorityFile what is wrong with the file that NODE_EXTRA_CA_CERTS names, if anything
 */
export function certificateError(fault: CertificateFault, host: string, authorityFile: string | undefined): CliError {
  const error = (what: string, hint: string) => new CliError('tls_failure', EXIT.UNREACHABLE, what, { hint });
  switch (fault) {
    case 'certificate_expired':
      return error(
        `The certificate for ${host} is expired or not valid yet, so the management key was not sent.`,
        "Check this computer's date and time, then run the same command again. If they are right, use another network.",
      );
    case 'certificate_name':
      return error(
        `The certificate presented for ${host} belongs to another name, so the management key was not sent.`,
        'On a guest network, log in first: open any page in a browser. Then run the same command again.',
      );
    case 'certificate':
      if (authorityFile !== undefined) {
        return error(
          `The certificate for ${host} is not trusted, and ${authorityFile}.`,
          "Set NODE_EXTRA_CA_CERTS to the PEM file of your company's certificate authority, then run the same command again.",
        );
      }
      return error(
        `The certificate for ${host} comes from an unknown authority: the connection may be intercepted.`,
        'If your company inspects traffic, set NODE_EXTRA_CA_CERTS to the PEM file of its certificate authority. If not, use another network.',
      );
  }
}
