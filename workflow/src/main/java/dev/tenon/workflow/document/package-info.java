/**
 * How is a document read so that each of its values knows where it was written? Start at {@link dev.tenon.workflow.document.Document}: YAML or JSON becomes a value, the places of its parts and
 * the list of its {@link dev.tenon.workflow.document.Flaw}s. What the values mean is not known here.
 */
@NullMarked
package dev.tenon.workflow.document;

import org.jspecify.annotations.NullMarked;
