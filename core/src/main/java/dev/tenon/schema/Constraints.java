package dev.tenon.schema;

import dev.tenon.json.Json;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Bean Validation's annotations (Jakarta's, the older javax ones, Hibernate's) as keywords. They are known by name and read by
 * reflection, so that nothing depends on them: whatever lies in a package whose name ends with {@code .constraints}.
 */
final class Constraints {
    private Constraints() {}

    /** Whether null and absence are ruled out, whatever the type says. */
    static boolean forbidNull(List<Annotation> annotations) {
        return constraints(annotations).stream()
                .anyMatch(annotation -> List.of("NotNull", "NotBlank", "NotEmpty")
                        .contains(annotation.annotationType().getSimpleName()));
    }

    /** Those that are constraints; what stands several times is held by a container such as {@code Pattern.List}. */
    private static List<Annotation> constraints(List<Annotation> annotations) {
        List<Annotation> all = new ArrayList<>();
        for (Annotation annotation : annotations) {
            if (!isConstraint(annotation)) {
                continue;
            }
            if (annotation.annotationType().getSimpleName().equals("List")) {
                all.addAll(List.of((Annotation[]) read(annotation, "value")));
            } else {
                all.add(annotation);
            }
        }
        return all;
    }

    private static boolean isConstraint(Annotation annotation) {
        return annotation.annotationType().getPackageName().endsWith(".constraints");
    }

    /** Adds to a draft what the annotations say of a value of its type. What has no keyword is said in words. */
    static void add(Draft draft, List<Annotation> annotations) {
        for (Annotation annotation : constraints(annotations)) {
            switch (draft.type()) {
                case "string" -> ofText(draft, annotation);
                case "integer", "number" -> ofNumber(draft, annotation);
                case "array" -> ofSize(draft, annotation, "minItems", "maxItems");
                case "object" -> ofSize(draft, annotation, "minProperties", "maxProperties");
                case "boolean" -> ofBoolean(draft, annotation);
                default -> {
                    // Several types, or one that stands elsewhere: nothing that these annotations could mean.
                }
            }
        }
    }

    private static void ofText(Draft draft, Annotation annotation) {
        boolean encoded = draft.has("contentEncoding");
        switch (annotation.annotationType().getSimpleName()) {
            case "NotEmpty" -> least(draft, "minLength", 1);
            case "NotBlank" -> {
                least(draft, "minLength", 1);
                draft.matching("\\S");
            }
            case "Size", "Length" -> {
                if (!encoded) {
                    size(draft, annotation, "minLength", "maxLength");
                }
            }
            case "Pattern" -> pattern(draft, annotation);
            case "Email" -> draft.put("format", "email");
            case "URL" -> draft.put("format", "uri");
            case "UUID" -> draft.put("format", "uuid");
            default -> {
                // Says nothing of the text itself.
            }
        }
    }

    /** Java matches the whole text, JSON Schema searches in it; and not every Java pattern is one of ECMA-262. */
    private static void pattern(Draft draft, Annotation annotation) {
        String java = String.valueOf(read(annotation, "regexp"));
        boolean plain = !(read(annotation, "flags") instanceof Object[] flags) || flags.length == 0;
        String whole = "^(?:" + java + ")$";
        try {
            if (plain) {
                Regex.of(whole);
                boolean anchored = java.startsWith("^") && java.endsWith("$") && java.indexOf('|') < 0;
                draft.matching(anchored ? java : whole);
                return;
            }
        } catch (IllegalArgumentException e) {
            // Said in words instead.
        }
        draft.describe("matches the Java regular expression " + java);
    }

    private static void ofNumber(Draft draft, Annotation annotation) {
        switch (annotation.annotationType().getSimpleName()) {
            case "Min" -> least(draft, "minimum", read(annotation, "value"));
            case "Max" -> most(draft, "maximum", read(annotation, "value"));
            case "DecimalMin" ->
                least(draft, isInclusive(annotation) ? "minimum" : "exclusiveMinimum", bound(annotation));
            case "DecimalMax" ->
                most(draft, isInclusive(annotation) ? "maximum" : "exclusiveMaximum", bound(annotation));
            case "Positive" -> least(draft, "exclusiveMinimum", 0);
            case "PositiveOrZero" -> least(draft, "minimum", 0);
            case "Negative" -> most(draft, "exclusiveMaximum", 0);
            case "NegativeOrZero" -> most(draft, "maximum", 0);
            case "Range" -> {
                least(draft, "minimum", read(annotation, "min"));
                most(draft, "maximum", read(annotation, "max"));
            }
            case "Digits" -> {
                int whole = ((Number) read(annotation, "integer")).intValue();
                int fraction = ((Number) read(annotation, "fraction")).intValue();
                BigDecimal limit = BigDecimal.ONE.scaleByPowerOfTen(whole);
                least(draft, "exclusiveMinimum", new BigDecimal(limit.negate().toPlainString()));
                most(draft, "exclusiveMaximum", new BigDecimal(limit.toPlainString()));
                if (!draft.type().equals("integer")) {
                    draft.put("multipleOf", BigDecimal.ONE.movePointLeft(fraction));
                }
            }
            default -> {
                // Says nothing of the number itself.
            }
        }
    }

    private static boolean isInclusive(Annotation annotation) {
        return !read(annotation, "inclusive").equals(false);
    }

    private static BigDecimal bound(Annotation annotation) {
        return new BigDecimal(String.valueOf(read(annotation, "value")));
    }

    /** A bound below; of several the tightest holds. */
    private static void least(Draft draft, String keyword, Object bound) {
        if (draft.number(keyword)
                .filter(set -> set.compareTo(number(bound)) >= 0)
                .isEmpty()) {
            draft.put(keyword, bound);
        }
    }

    /** A bound above; of several the tightest holds. */
    private static void most(Draft draft, String keyword, Object bound) {
        if (draft.number(keyword)
                .filter(set -> set.compareTo(number(bound)) <= 0)
                .isEmpty()) {
            draft.put(keyword, bound);
        }
    }

    private static BigDecimal number(Object bound) {
        return new BigDecimal(bound.toString());
    }

    private static void ofSize(Draft draft, Annotation annotation, String least, String most) {
        switch (annotation.annotationType().getSimpleName()) {
            case "NotEmpty" -> least(draft, least, 1);
            case "Size" -> size(draft, annotation, least, most);
            case "UniqueElements" -> draft.put("uniqueItems", true);
            default -> {
                // Says nothing of how many there are.
            }
        }
    }

    private static void size(Draft draft, Annotation annotation, String least, String most) {
        int min = ((Number) read(annotation, "min")).intValue();
        int max = ((Number) read(annotation, "max")).intValue();
        if (min > 0) {
            least(draft, least, min);
        }
        if (max < Integer.MAX_VALUE) {
            most(draft, most, max);
        }
    }

    private static void ofBoolean(Draft draft, Annotation annotation) {
        switch (annotation.annotationType().getSimpleName()) {
            case "AssertTrue" -> draft.put("const", Json.Bool.TRUE);
            case "AssertFalse" -> draft.put("const", Json.Bool.FALSE);
            default -> {
                // Says nothing of a boolean.
            }
        }
    }

    private static Object read(Annotation annotation, String member) {
        try {
            Method method = annotation.annotationType().getDeclaredMethod(member);
            method.trySetAccessible();
            return method.invoke(annotation);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw SchemaException.type(
                    annotation.annotationType().getName(),
                    "has no readable member \"" + member + "\", unlike Jakarta's");
        }
    }
}
