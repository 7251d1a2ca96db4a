/**
 * Who may do what, what was done, and who sees which secret? Start at {@link dev.tenon.toolbox.guard.Consent}, which asks a person before what destroys or reaches out;
 * {@link dev.tenon.toolbox.guard.AuditLog} keeps what was decided and done; {@link dev.tenon.toolbox.guard.SecretStore} and {@link dev.tenon.toolbox.guard.Redactor} keep secrets where they
 * belong.
 */
@NullMarked
package dev.tenon.toolbox.guard;

import org.jspecify.annotations.NullMarked;
