package dev.tenon.workflow;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.SchemaException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What may stand at a place of a document. The one description of the structure: {@link #read} holds a document against it, and {@link #schema} publishes it, so that the two cannot differ.
 * Immutable.
 */
sealed interface Form {
    /** Notes what is wrong, and gives what fits: the value, or what stands in for what does not fit so that all of the rest can still be looked at. */
    Json read(Json value, String at, Problems problems);

    /** As JSON Schema. */
    Json.Obj schema();

    /** Whether a value is of the kind that this is about, right or wrong. */
    boolean takes(Json value);

    private static Json wrongType(Problems problems, String at, String wanted, Json given, Json instead) {
        String hint = wanted.equals("text") && (given instanceof Json.Num || given instanceof Json.Bool)
                ? "put it in quotes"
                : "";
        problems.wrong(Rule.WRONG_TYPE, at, "expected " + wanted + ", got " + Problems.said(given), hint);
        return instead;
    }

    private static Json wrongValue(Problems problems, String at, String wanted, Json given, Json instead) {
        problems.wrong(Rule.WRONG_VALUE, at, "expected " + wanted + ", got " + Problems.said(given), "");
        return instead;
    }

    /** Anything. */
    record Anything() implements Form {
        @Override
        public Json read(Json value, String at, Problems problems) {
            return value;
        }

        @Override
        public Json.Obj schema() {
            return Json.Obj.EMPTY;
        }

        @Override
        public boolean takes(Json value) {
            return true;
        }
    }

    /** Any object. */
    record AnyObject() implements Form {
        @Override
        public Json read(Json value, String at, Problems problems) {
            return takes(value) ? value : wrongType(problems, at, "an object", value, Json.Obj.EMPTY);
        }

        @Override
        public Json.Obj schema() {
            return Json.object("type", "object");
        }

        @Override
        public boolean takes(Json value) {
            return value instanceof Json.Obj;
        }
    }

    /** A text. */
    record Text() implements Form {
        @Override
        public Json read(Json value, String at, Problems problems) {
            return takes(value) ? value : wrongType(problems, at, "text", value, Json.of(""));
        }

        @Override
        public Json.Obj schema() {
            return Json.object("type", "string");
        }

        @Override
        public boolean takes(Json value) {
            return value instanceof Json.Str;
        }
    }

    /** A text that is not blank. */
    record Name() implements Form {
        /** Stands in for a name that could not be read. */
        static final Json UNREAD = Json.of("?");

        @Override
        public Json read(Json value, String at, Problems problems) {
            if (!(value instanceof Json.Str text)) {
                return wrongType(problems, at, "text", value, UNREAD);
            }
            return text.value().isBlank() ? wrongValue(problems, at, "a name", value, UNREAD) : value;
        }

        @Override
        public Json.Obj schema() {
            return Json.object().put("type", "string").put("pattern", "\\S").build();
        }

        @Override
        public boolean takes(Json value) {
            return value instanceof Json.Str;
        }
    }

    /** A whole number within bounds. */
    record Whole(long least, long most) implements Form {
        @Override
        public Json read(Json value, String at, Problems problems) {
            try {
                long number = value.asLong();
                if (number >= least && number <= most) {
                    return Json.of(number);
                }
            } catch (JsonException e) {
                // Said below.
            }
            return wrongValue(
                    problems, at, "a whole number from " + least + " to " + most, value, Json.of(Math.max(least, 0)));
        }

        @Override
        public Json.Obj schema() {
            return Json.object()
                    .put("type", "integer")
                    .put("minimum", least)
                    .put("maximum", most)
                    .build();
        }

        @Override
        public boolean takes(Json value) {
            return value instanceof Json.Num;
        }
    }

    /** A number that is at least 0, and at most this where it is not negative. */
    record Amount(int most) implements Form {
        @Override
        public Json read(Json value, String at, Problems problems) {
            boolean fits = value instanceof Json.Num number
                    && number.value().signum() >= 0
                    && (most < 0 || number.value().compareTo(BigDecimal.valueOf(most)) <= 0);
            return fits
                    ? value
                    : wrongValue(
                            problems,
                            at,
                            "a number " + (most < 0 ? "that is at least 0" : "from 0 to " + most),
                            value,
                            Json.of(0));
        }

        @Override
        public Json.Obj schema() {
            Json.Obj schema =
                    Json.object().put("type", "number").put("minimum", 0).build();
            return most < 0 ? schema : schema.with("maximum", most);
        }

        @Override
        public boolean takes(Json value) {
            return value instanceof Json.Num;
        }
    }

    /** True or false. */
    record Flag(boolean otherwise) implements Form {
        @Override
        public Json read(Json value, String at, Problems problems) {
            return takes(value) ? value : wrongType(problems, at, "true or false", value, Json.of(otherwise));
        }

        @Override
        public Json.Obj schema() {
            return Json.object("type", "boolean");
        }

        @Override
        public boolean takes(Json value) {
            return value instanceof Json.Bool;
        }
    }

    /** One of some words. */
    record Word(List<String> words) implements Form {
        static Word of(Enum<?>... constants) {
            return new Word(java.util.Arrays.stream(constants)
                    .map(DefinitionWriter::word)
                    .toList());
        }

        @Override
        public Json read(Json value, String at, Problems problems) {
            return value instanceof Json.Str text && words.contains(text.value())
                    ? value
                    : wrongValue(problems, at, "one of " + String.join(", ", words), value, Json.of(words.getFirst()));
        }

        @Override
        public Json.Obj schema() {
            return Json.object("enum", words);
        }

        @Override
        public boolean takes(Json value) {
            return value instanceof Json.Str;
        }
    }

    /**
     * A duration: {@code 30s}, {@code PT1M30S}. Every {@code Duration} can be written so. What is longer than the longest, which has sixteen digits of hours, the schema does not refuse: its pattern cannot
     * add.
     */
    record Span(boolean longerThanNothing) implements Form {
        private static final String ISO =
                "P(?=[0-9T])([0-9]{1,9}D)?(T(?=[0-9])([0-9]{1,16}H)?([0-9]{1,15}M)?([0-9]{1,15}(\\.[0-9]{1,9})?S)?)?";

        private static final String SYNTAX = "^([0-9]{1,9} ?(ms|s|m|h|d)|" + ISO + ")$";
        private static final Pattern ANY = Pattern.compile(SYNTAX);
        private static final Duration LONGEST = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
        private static final String SOME = "^(?=.*[1-9])" + SYNTAX.substring(1);

        @Override
        public Json read(Json value, String at, Problems problems) {
            if (value instanceof Json.Str text && ANY.matcher(text.value()).matches()) {
                if (longerThanNothing && !text.value().matches(".*[1-9].*")) {
                    return wrongValue(problems, at, "a duration longer than nothing", value, Json.of("1s"));
                }
                return sums(text.value())
                        ? value
                        : wrongValue(problems, at, "a duration of at most " + LONGEST, value, Json.of("1s"));
            }
            return wrongValue(
                    problems,
                    at,
                    "a duration, such as \"500ms\", \"30s\", \"5m\", \"2h\", \"3d\" or \"PT1M30S\"",
                    value,
                    Json.of("1s"));
        }

        private static boolean sums(String text) {
            try {
                DefinitionReader.duration(text);
                return true;
            } catch (DateTimeParseException e) {
                return false;
            }
        }

        @Override
        public Json.Obj schema() {
            return Json.object()
                    .put("type", "string")
                    .put("pattern", longerThanNothing ? SOME : SYNTAX)
                    .build();
        }

        @Override
        public boolean takes(Json value) {
            return value instanceof Json.Str;
        }
    }

    /** A JSON Schema. */
    record Schema() implements Form {
        @Override
        public Json read(Json value, String at, Problems problems) {
            if (!takes(value)) {
                return wrongType(problems, at, "a JSON Schema", value, Json.Obj.EMPTY);
            }
            try {
                JsonSchema.of(value);
                return value;
            } catch (SchemaException e) {
                problems.wrong(Rule.BROKEN_SCHEMA, at, String.valueOf(e.getMessage()), "");
                return Json.Obj.EMPTY;
            }
        }

        @Override
        public Json.Obj schema() {
            return Json.object("type", List.of("object", "boolean"));
        }

        @Override
        public boolean takes(Json value) {
            return value instanceof Json.Obj || value instanceof Json.Bool;
        }
    }

    /** An array. */
    record Items(String of, Form item) implements Form {
        @Override
        public Json read(Json value, String at, Problems problems) {
            if (!(value instanceof Json.Arr array)) {
                return wrongType(problems, at, "an array of " + of, value, Json.Arr.EMPTY);
            }
            List<Json> items = new ArrayList<>(array.size());
            for (int i = 0; i < array.size(); i++) {
                items.add(item.read(array.get(i), at + "/" + i, problems));
            }
            return Json.Arr.of(items);
        }

        @Override
        public Json.Obj schema() {
            return Json.object()
                    .put("type", "array")
                    .put("items", item.schema())
                    .build();
        }

        @Override
        public boolean takes(Json value) {
            return value instanceof Json.Arr;
        }
    }

    /** An object of values under names of the user's own. */
    record Entries(Form value) implements Form {
        @Override
        public Json read(Json given, String at, Problems problems) {
            if (!(given instanceof Json.Obj object)) {
                return wrongType(problems, at, "an object", given, Json.Obj.EMPTY);
            }
            Map<String, Json> entries = new LinkedHashMap<>();
            object.forEach(
                    (name, one) -> entries.put(name, value.read(one, at + "/" + Problems.segment(name), problems)));
            return Json.Obj.of(entries);
        }

        @Override
        public Json.Obj schema() {
            return Json.object()
                    .put("type", "object")
                    .put("additionalProperties", value.schema())
                    .build();
        }

        @Override
        public boolean takes(Json given) {
            return given instanceof Json.Obj;
        }
    }

    /**
     * A member of an object.
     *
     * @param about what it is, for editors
     */
    record Member(String name, Form form, boolean required, String about) {
        static Member of(String name, Form form, String about) {
            return new Member(name, form, false, about);
        }

        static Member required(String name, Form form, String about) {
            return new Member(name, form, true, about);
        }

        Json.Obj schema() {
            Json.Obj schema = form.schema();
            return about.isEmpty() ? schema : schema.with("description", about);
        }
    }

    /**
     * An object with known members.
     *
     * @param wanted what is said where something else is given
     * @param one whether it has exactly one of them
     */
    record Members(String wanted, List<Member> members, boolean one) implements Form {
        static Members of(String wanted, Member... members) {
            return new Members(wanted, List.of(members), false);
        }

        static Members oneOf(String wanted, Member... members) {
            return new Members(wanted, List.of(members), true);
        }

        @Override
        public Json read(Json value, String at, Problems problems) {
            if (!(value instanceof Json.Obj object)) {
                return wrongType(problems, at, wanted, value, standIn());
            }
            if (one && object.size() != 1) {
                return wrongValue(problems, at, wanted, value, standIn());
            }
            return Members.read(object, members, at, problems);
        }

        /** Reads the members of an object, in its order. */
        static Json.Obj read(Json.Obj object, List<Member> members, String at, Problems problems) {
            Map<String, Json> fitting = new LinkedHashMap<>();
            Map<String, Member> known = new LinkedHashMap<>();
            members.forEach(member -> known.put(member.name(), member));
            object.forEach((name, value) -> {
                Member member = known.get(name);
                String place = at + "/" + Problems.segment(name);
                if (member == null) {
                    problems.wrongName(
                            Rule.UNKNOWN_MEMBER,
                            place,
                            "\"" + name + "\" means nothing here",
                            Problems.near(name, known.keySet()));
                } else {
                    fitting.put(name, member.form().read(value, place, problems));
                }
            });
            for (Member member : members) {
                if (member.required() && !object.has(member.name())) {
                    problems.wrong(Rule.MISSING, at, "\"" + member.name() + "\" is missing", member.about());
                    fitting.put(member.name(), standIn(member.form()));
                }
            }
            return Json.Obj.of(fitting);
        }

        private Json standIn() {
            Map<String, Json> fitting = new LinkedHashMap<>();
            for (Member member : members) {
                if (member.required() || one && fitting.isEmpty()) {
                    fitting.put(member.name(), standIn(member.form()));
                }
            }
            return Json.Obj.of(fitting);
        }

        /** What fits without saying anything. */
        static Json standIn(Form form) {
            return form.read(Json.NULL, "", new Problems());
        }

        @Override
        public Json.Obj schema() {
            Json.ObjBuilder properties = Json.object();
            List<String> required = new ArrayList<>();
            for (Member member : members) {
                properties.put(member.name(), member.schema());
                if (member.required()) {
                    required.add(member.name());
                }
            }
            Json.ObjBuilder schema = Json.object().put("type", "object").put("properties", properties.build());
            if (!required.isEmpty()) {
                schema.put("required", required);
            }
            if (one) {
                schema.put("minProperties", 1).put("maxProperties", 1);
            }
            return schema.put("additionalProperties", false).build();
        }

        @Override
        public boolean takes(Json value) {
            return value instanceof Json.Obj;
        }
    }

    /** One of several forms, told apart by the kind of the value. */
    record Either(String wanted, List<Form> forms) implements Form {
        static Either of(String wanted, Form... forms) {
            return new Either(wanted, List.of(forms));
        }

        @Override
        public Json read(Json value, String at, Problems problems) {
            for (Form form : forms) {
                if (form.takes(value)) {
                    return form.read(value, at, problems);
                }
            }
            return wrongType(problems, at, wanted, value, Members.standIn(forms.getFirst()));
        }

        @Override
        public Json.Obj schema() {
            return Json.object("anyOf", forms.stream().map(Form::schema).toList());
        }

        @Override
        public boolean takes(Json value) {
            return forms.stream().anyMatch(form -> form.takes(value));
        }
    }

    /** A form with a name of its own in the schema, so that forms may hold one another. */
    record Named(String name, Supplier<Form> form) implements Form {
        @Override
        public Json read(Json value, String at, Problems problems) {
            return form.get().read(value, at, problems);
        }

        @Override
        public Json.Obj schema() {
            return Json.object("$ref", "#/$defs/" + name);
        }

        @Override
        public boolean takes(Json value) {
            return form.get().takes(value);
        }
    }

    /**
     * A kind of step.
     *
     * @param what the member that tells the kind
     * @param others what else it has
     */
    record Kind(Member what, List<Member> others) {
        static Kind of(String name, Form form, String about, Member... others) {
            return new Kind(Member.required(name, form, about), List.of(others));
        }
    }

    /**
     * A step: an object with exactly one of the members that tell a kind, what that kind has, and what any step has. In the schema all members are listed once, and which of them belong together is said
     * beside, so that a validator need not try each kind at each level.
     */
    record OneStep(List<Kind> kinds, List<Member> options) implements Form {
        /** Stands in for a step that could not be read. */
        static final Json UNREAD = Json.object("sequence", Json.Arr.EMPTY);

        @Override
        public Json read(Json value, String at, Problems problems) {
            if (!(value instanceof Json.Obj object)) {
                return wrongType(problems, at, "a step, that is an object", value, UNREAD);
            }
            List<Kind> told = kinds.stream()
                    .filter(kind -> object.has(kind.what().name()))
                    .toList();
            if (told.isEmpty()) {
                List<String> names =
                        kinds.stream().map(kind -> kind.what().name()).toList();
                List<String> near = object.members().keySet().stream()
                        .filter(name -> options.stream()
                                .noneMatch(option -> option.name().equals(name)))
                        .flatMap(name -> dev.tenon.tool.NearNames.of(name, names).stream())
                        .map(name -> "\"" + name + "\"")
                        .distinct()
                        .toList();
                problems.wrong(
                        Rule.NO_KIND,
                        at,
                        "a step needs one member that says what it does; it has "
                                + (object.isEmpty()
                                        ? "none"
                                        : String.join(", ", object.members().keySet())),
                        (near.isEmpty() ? "" : "did you mean " + String.join(" or ", near) + "? ") + "one of "
                                + String.join(", ", names));
                return UNREAD;
            }
            if (told.size() > 1) {
                problems.wrong(
                        Rule.TWO_KINDS,
                        at,
                        "a step does one thing, this has "
                                + String.join(
                                        " and ",
                                        told.stream()
                                                .map(kind -> kind.what().name())
                                                .toList()),
                        "make two steps of it");
                return UNREAD;
            }
            Kind kind = told.getFirst();
            List<Member> members = new ArrayList<>();
            members.add(kind.what());
            members.addAll(kind.others());
            members.addAll(options);
            return Members.read(object, members, at, problems);
        }

        @Override
        public Json.Obj schema() {
            Map<String, Member> all = new LinkedHashMap<>();
            Map<String, Set<String>> holders = new LinkedHashMap<>();
            Json.ObjBuilder together = Json.object();
            for (Kind kind : kinds) {
                all.put(kind.what().name(), kind.what());
                for (Member member : kind.others()) {
                    all.merge(
                            member.name(), member, (one, other) -> one.form().equals(other.form()) ? one : clash(one));
                    holders.computeIfAbsent(member.name(), name -> new LinkedHashSet<>())
                            .add(kind.what().name());
                }
                List<String> required = kind.others().stream()
                        .filter(Member::required)
                        .map(Member::name)
                        .toList();
                if (!required.isEmpty()) {
                    together.put(kind.what().name(), required);
                }
            }
            options.forEach(option -> all.put(option.name(), option));
            Json.ObjBuilder properties = Json.object();
            all.values().forEach(member -> properties.put(member.name(), member.schema()));
            Json.ObjBuilder only = Json.object();
            holders.forEach((member, kindNames) -> only.put(
                    member,
                    Json.object(
                            "anyOf",
                            kindNames.stream()
                                    .map(name -> Json.object("required", List.of(name)))
                                    .toList())));
            return Json.object()
                    .put("type", "object")
                    .put("properties", properties.build())
                    .put("additionalProperties", false)
                    .put(
                            "oneOf",
                            kinds.stream()
                                    .map(kind -> Json.object(
                                            "required", List.of(kind.what().name())))
                                    .toList())
                    .put("dependentRequired", together.build())
                    .put("dependentSchemas", only.build())
                    .build();
        }

        /** Members of one name must mean the same in all kinds. */
        private static Member clash(Member member) {
            throw new IllegalStateException("two kinds of steps have different members \"" + member.name() + "\"");
        }

        @Override
        public boolean takes(Json value) {
            return value instanceof Json.Obj;
        }
    }
}
