/** How a program is configured by files. Start at {@link dev.tenon.config.ConfigFiles}. */
@NullMarked
package dev.tenon.config;

import org.jspecify.annotations.NullMarked;
