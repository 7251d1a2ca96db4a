/** What is known of models before they are asked: how much they hold, what they can do, what they cost. Start at {@link dev.tenon.catalogue.ModelCatalogue}. */
@NullMarked
package dev.tenon.catalogue;

import org.jspecify.annotations.NullMarked;
