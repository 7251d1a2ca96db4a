package dev.tenon.prompt;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import java.util.Map;

/** A template that is broken, or that lacks a value. Its context holds {@code line} and {@code column}, from 1, where there is a place. */
public final class PromptException extends TenonException {
    private static final long serialVersionUID = 1L;

    private PromptException(String code, String message, Map<String, String> context) {
        super(code, message, Recovery.NONE, context, null);
    }

    static PromptException at(String code, String template, Place place, String said) {
        return new PromptException(
                code,
                template + ", line " + place.line() + ", column " + place.column() + ": " + said,
                Map.of("line", Integer.toString(place.line()), "column", Integer.toString(place.column())));
    }

    static PromptException of(String code, String template, String said) {
        return new PromptException(code, template + ": " + said, Map.of());
    }

    /** A place in a template, from 1. */
    record Place(int line, int column) {}
}
