package dev.tenon.toolbox.guard;

import dev.tenon.json.Json;
import dev.tenon.message.Message;
import dev.tenon.tool.ToolDecision;
import dev.tenon.tool.ToolPolicy;
import dev.tenon.tool.ToolSpec;
import dev.tenon.tool.ToolSpec.Trait;
import dev.tenon.toolbox.files.FileTools;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Asks a person before a tool destroys something or talks to systems that nobody here controls. Immutable; each {@code with} gives another.
 *
 * <p>In this order: a tool that is denied does not run; in {@link Mode#PLAN} only what reads runs; {@link AskPerson} goes to the person; a tool that is allowed runs; one that is to be asked for, is; in {@link Mode#ACCEPT_EDITS} edits of
 * files run; what is {@link Trait#DESTRUCTIVE} or {@link Trait#OPEN_WORLD} is asked for; the rest runs. Names are those of the tool's spec.
 */
public final class Consent implements ToolPolicy {
    /** What runs without being asked for. */
    public enum Mode {
        /** What neither destroys nor reaches out. */
        ASK,
        /** That, and edits of files: {@link FileTools#EDITS} and what {@link Consent#edits} adds. Deleting still asks. */
        ACCEPT_EDITS,
        /** Only what changes nothing. Everything else is refused, and the model is told to say what it would do. */
        PLAN
    }

    private final Mode mode;
    private final Set<String> allowed;
    private final Set<String> asked;
    private final Set<String> denied;
    private final Set<String> edits;

    private Consent(Mode mode, Set<String> allowed, Set<String> asked, Set<String> denied, Set<String> edits) {
        this.mode = Objects.requireNonNull(mode, "mode");
        this.allowed = allowed;
        this.asked = asked;
        this.denied = denied;
        this.edits = edits;
    }

    /** Consent in a mode. */
    public static Consent of(Mode mode) {
        return new Consent(mode, Set.of(), Set.of(), Set.of(), FileTools.EDITS);
    }

    /** These run without being asked for, but not in {@link Mode#PLAN} where they change something. */
    public Consent allow(String... tools) {
        Objects.requireNonNull(tools, "tools");
        return new Consent(mode, more(allowed, tools), asked, denied, edits);
    }

    /** These are always asked for. */
    public Consent ask(String... tools) {
        Objects.requireNonNull(tools, "tools");
        return new Consent(mode, allowed, more(asked, tools), denied, edits);
    }

    /** These never run. */
    public Consent deny(String... tools) {
        Objects.requireNonNull(tools, "tools");
        return new Consent(mode, allowed, asked, more(denied, tools), edits);
    }

    /** These are edits too. */
    public Consent edits(String... tools) {
        Objects.requireNonNull(tools, "tools");
        return new Consent(mode, allowed, asked, denied, more(edits, tools));
    }

    private static Set<String> more(Set<String> some, String... more) {
        Set<String> all = new LinkedHashSet<>(some);
        all.addAll(List.of(more));
        return Set.copyOf(all);
    }

    @Override
    public ToolDecision decide(ToolSpec tool, Json.Obj arguments, List<Message> history) {
        Objects.requireNonNull(tool, "tool");
        Objects.requireNonNull(arguments, "arguments");
        Objects.requireNonNull(history, "history");
        String name = tool.name();
        boolean destroys = tool.is(Trait.DESTRUCTIVE);
        boolean reaches = tool.is(Trait.OPEN_WORLD);
        if (denied.contains(name)) {
            return new ToolDecision.Deny(name + " may not be called here. Allowed: the other tools");
        }
        if (mode == Mode.PLAN && (destroys || !tool.is(Trait.READ_ONLY))) {
            return new ToolDecision.Deny("this is for planning, so " + name
                    + " may not be called. Allowed: tools that only read, and saying what you would do");
        }
        if (name.equals(AskPerson.NAME)) {
            return AskPerson.decision(name, arguments.string("question").orElse(""));
        }
        if (asked.contains(name)) {
            return new ToolDecision.Ask(name + " is always asked for");
        }
        if (allowed.contains(name) || mode == Mode.ACCEPT_EDITS && edits.contains(name) && !reaches) {
            return ToolDecision.RUN;
        }
        if (destroys || reaches) {
            String what = destroys
                    ? reaches ? "can destroy and reaches outside" : "can destroy or overwrite"
                    : "reaches outside";
            return new ToolDecision.Ask(name + " " + what);
        }
        return ToolDecision.RUN;
    }

    @Override
    public String toString() {
        return "Consent[" + mode + "]";
    }
}
