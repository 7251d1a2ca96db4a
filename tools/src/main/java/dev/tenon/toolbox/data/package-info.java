/**
 * How does a model work with data, numbers and times exactly, without running code? Start at {@link dev.tenon.toolbox.data.DataTools}: JSON, YAML, CSV and XML, expressions, statistics, dates and
 * feeds, all within bounds. {@link dev.tenon.toolbox.data.HtmlText} and {@link dev.tenon.toolbox.data.Feed} make pages and feeds readable. {@link dev.tenon.toolbox.data.SystemTools} tells of this machine what it may.
 */
@NullMarked
package dev.tenon.toolbox.data;

import org.jspecify.annotations.NullMarked;
