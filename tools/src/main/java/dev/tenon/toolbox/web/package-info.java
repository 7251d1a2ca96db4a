/**
 * How does a model read the web, and never the network that this program stands in? Start at {@link dev.tenon.toolbox.web.WebTools}. {@code Target} reads an address,
 * {@link dev.tenon.toolbox.web.AddressPolicy} says which machines may be reached, {@code Fetch} connects to the one that was checked, {@link dev.tenon.toolbox.data.HtmlText} makes a page readable.
 */
@NullMarked
package dev.tenon.toolbox.web;

import org.jspecify.annotations.NullMarked;
