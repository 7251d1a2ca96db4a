package dev.tenon.workflow;

/** What a definition must keep to. What its text must keep to is {@link dev.tenon.workflow.document.Flaw.Rule}. */
enum Rule {
    // Of the structure: these are what the published schema says, too.
    UNKNOWN_MEMBER("reader.unknown_member"),
    MISSING("reader.missing"),
    WRONG_TYPE("reader.wrong_type"),
    WRONG_VALUE("reader.wrong_value"),
    NO_KIND("reader.no_kind"),
    TWO_KINDS("reader.two_kinds"),
    /** A schema in a definition is one. */
    BROKEN_SCHEMA("reader.broken_schema"),

    // Of names.
    NAME_SYNTAX("name.syntax"),
    NAME_TWICE("name.twice"),
    NAME_UNKNOWN("name.unknown"),
    PROVIDER("agent.provider"),
    COMPENSATION("compensate.missing"),

    // Of expressions and what flows through them.
    EXPRESSION("expression.syntax"),
    VARIABLE("expression.variable"),
    KEY_UNKNOWN("key.unknown"),
    KEY_TOO_EARLY("key.too_early"),
    TYPE("type.mismatch"),

    // Of order.
    UNREACHABLE("step.unreachable"),
    ENDLESS("loop.endless"),
    GRAPH_NAMELESS("graph.nameless"),
    GRAPH_UNKNOWN("graph.unknown"),
    GRAPH_CYCLE("graph.cycle"),
    WORKFLOW_CYCLE("workflow.cycle"),
    WORKFLOW_TOO_DEEP("workflow.too_deep"),
    NOTHING_TO_CHOOSE("choice.empty"),

    // Of what runs at once.
    CONFLICT("state.conflict"),
    RESOURCE_UNKNOWN("resource.unknown"),
    RESOURCE_TOO_MUCH("resource.too_much"),
    RESOURCE_NESTED("resource.nested"),

    /** There is a bound to what is told at once. */
    MORE("problems.more");

    private final String code;

    Rule(String code) {
        this.code = code;
    }

    /** Dotted, as problems say it. */
    String code() {
        return code;
    }
}
