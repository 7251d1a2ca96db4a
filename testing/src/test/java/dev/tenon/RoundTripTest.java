package dev.tenon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.json.Tags;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.Arbitrary;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What crosses a boundary has a JSON form that reads back as the same value: every public record of core, found by reflection, so that none is
 * forgotten.
 */
class RoundTripTest {
    /** Public records that are no data, and why. */
    private static final Map<String, String> NO_DATA = Map.ofEntries(
            Map.entry("dev.tenon.output.Parsed", "given back at once, and holds any Java value"),
            Map.entry("dev.tenon.run.Next", "a step of a run: its state is any machine's"),
            Map.entry("dev.tenon.run.Binding$Finished", "given back at once, and its state is any machine's"),
            Map.entry(
                    "dev.tenon.schema.Coerced", "given back at once; what is kept of it is its value and its changes"),
            Map.entry("dev.tenon.schema.Written$Settled", "a step of reading: what is kept is the value it becomes"),
            Map.entry("dev.tenon.schema.Written$Text", "a step of reading: what is kept is the value it becomes"),
            Map.entry("dev.tenon.schema.Written$Member", "a step of reading: what is kept is the value it becomes"),
            Map.entry("dev.tenon.search.Bm25$Hit", "given back at once, and holds any Java value as its key"),
            Map.entry(
                    "dev.tenon.tool.RegisteredTool",
                    "holds a tool, which is code; what is kept of it is what the registry saves"),
            Map.entry("dev.tenon.tool.ToolRegistry$Change$Added", "told at once, and holds a tool"),
            Map.entry("dev.tenon.tool.ToolRegistry$Change$Replaced", "told at once, and holds a tool"),
            Map.entry("dev.tenon.tool.ToolRegistry$Change$Removed", "told at once, and holds a tool"));

    /** Types whose values are more than any values of their components. */
    private static final Arbitrary VALUES = Arbitrary.VALUES;

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/testing/")
                    && !location.contains("/checks/")
                    && !location.contains("tenon-checks"))
            .importPackages("dev.tenon");

    private static List<Class<?>> records() {
        List<Class<?>> records = new ArrayList<>();
        for (JavaClass type : CORE) {
            if (type.isRecord() && isPublic(type) && !NO_DATA.containsKey(type.getName()) && !isJson(type)) {
                records.add(type.reflect());
            }
        }
        records.sort(Comparator.comparing(Class::getName));
        return records;
    }

    /** Seen from outside: itself and all it stands in. Members of an interface are public without a word. */
    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(RoundTripTest::isPublic).orElse(true);
    }

    /** The JSON values themselves are their own form. */
    private static boolean isJson(JavaClass type) {
        return type.isAssignableTo(Json.class);
    }

    private static String name(Class<?> type) {
        return type.getName().substring("dev.tenon.".length());
    }

    @TestFactory
    List<DynamicTest> everyPublicRecordReadsBackAsItWas() {
        return records().stream()
                .map(type -> dynamicTest(name(type), () -> readsBack(type)))
                .toList();
    }

    private static <T> void readsBack(Class<T> type) {
        Property.forAll(VALUES.value(type), value -> {
            Json json = Json.of(value);
            assertThat(json.as(type)).isEqualTo(value);
            assertThat(Json.parse(json.toString()).as(type)).as("through text").isEqualTo(value);
            assertThat(Json.of(json.as(type))).as("written again").isEqualTo(json);
        });
    }

    @TestFactory
    List<DynamicTest> everySealedTypeReadsBackByItsTag() {
        return records().stream()
                .flatMap(type -> Arrays.stream(type.getInterfaces()))
                .map(RoundTripTest::root)
                .filter(Class::isSealed)
                .distinct()
                .sorted(Comparator.comparing(Class::getName))
                .map(root -> dynamicTest(name(root), () -> readsBackByTag(root)))
                .toList();
    }

    private static Class<?> root(Class<?> type) {
        return Arrays.stream(type.getInterfaces())
                .filter(Class::isSealed)
                .findFirst()
                .<Class<?>>map(RoundTripTest::root)
                .orElse(type);
    }

    private static <T> void readsBackByTag(Class<T> root) {
        Set<String> tags = new TreeSet<>();
        Property.forAll(VALUES.value(root), value -> {
            Json json = Json.of(value);
            assertThat(json.as(root)).isEqualTo(value);
            tags.add(json.asObj().string(Tags.MEMBER).orElseThrow());
        });
        assertThat(tags).isEqualTo(new TreeSet<>(Tags.of(root).keySet()));
    }

    @TestFactory
    List<DynamicTest> unknownMembersSurvive() {
        return records().stream()
                .filter(RoundTripTest::hasExtra)
                .map(type -> dynamicTest(name(type), () -> keepsUnknownMembers(type)))
                .toList();
    }

    private static boolean hasExtra(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .anyMatch(component -> component.getName().equals("extra") && component.getType() == Map.class);
    }

    private static <T> void keepsUnknownMembers(Class<T> type) {
        Property.forAll(VALUES.value(type), value -> {
            Json.Obj known = Json.of(value).asObj();
            Json.Obj newer = known.with("of-a-newer-version", Json.array("kept", 1));
            Object read = newer.as(type);
            assertThat(Json.of(read)).isEqualTo(newer);
            assertThat(read).isNotEqualTo(value);
        });
    }

    @TestFactory
    List<DynamicTest> unknownMembersDoNoHarm() {
        return records().stream()
                .filter(type -> !hasExtra(type))
                .map(type -> dynamicTest(name(type), () -> dropsUnknownMembers(type)))
                .toList();
    }

    private static <T> void dropsUnknownMembers(Class<T> type) {
        Property.forAll(VALUES.value(type), value -> {
            Json json = Json.of(value);
            if (json instanceof Json.Obj known) {
                assertThat(known.with("of-a-newer-version", Json.array("dropped", 1))
                                .as(type))
                        .isEqualTo(value);
            }
        });
    }

    /** An older version has not written what is new: whatever has a nothing of its own may be missing. */
    @TestFactory
    List<DynamicTest> emptyMembersMayBeMissing() {
        return records().stream()
                .map(type -> dynamicTest(name(type), () -> readsWithoutEmptyMembers(type)))
                .toList();
    }

    /** Of a condition a list that is missing is a slip, and none that is always true. */
    private static boolean isRequired(RecordComponent component) {
        JsonProperty said = component.getAccessor().getAnnotation(JsonProperty.class);
        return said != null && said.required();
    }

    private static <T> void readsWithoutEmptyMembers(Class<T> type) {
        Map<String, Class<?>> containers = Arrays.stream(type.getRecordComponents())
                .filter(component -> List.of(List.class, Set.class, Map.class, Optional.class)
                        .contains(component.getType()))
                .filter(component -> !isRequired(component))
                .collect(Collectors.toMap(RecordComponent::getName, RecordComponent::getType));
        Property.forAll(VALUES.value(type), value -> {
            if (Json.of(value) instanceof Json.Obj whole) {
                Map<String, Json> left = new LinkedHashMap<>(whole.members());
                left.entrySet()
                        .removeIf(member -> containers.containsKey(member.getKey())
                                && (member.getValue().isNull()
                                        || containers.get(member.getKey()) != Optional.class
                                                && (member.getValue().equals(Json.Arr.EMPTY)
                                                        || member.getValue().equals(Json.Obj.EMPTY))));
                assertThat(Json.Obj.of(left).as(type)).isEqualTo(value);
            }
        });
    }

    @Test
    void recordsWereFound() {
        List<String> names = records().stream().map(RoundTripTest::name).toList();

        assertThat(names)
                .contains(
                        "error.Failure",
                        "message.UserMessage",
                        "message.Content$ToolCall",
                        "provider.ChatRequest",
                        "provider.Usage",
                        "tool.ToolSpec");
        assertThat(NO_DATA.keySet())
                .allSatisfy(name -> assertThat(CORE.contain(name)).as(name).isTrue());
    }

    // Public values that are no records

    @Test
    void jsonReadsBackFromItsText() {
        Property.forAll(2_000, Gen.json(), json -> {
            assertThat(Json.parse(json.toString())).isEqualTo(json);
            assertThat(Json.parse(json.toString().getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(json);
            assertThat(Json.parse(json.canonical())).isEqualTo(json);
            assertThat(Json.parse(json.toString()).digest()).isEqualTo(json.digest());
            assertThat(Json.parse(json.toString()).hashCode()).isEqualTo(json.hashCode());
        });
    }

    @Test
    void equalJsonHasOneCanonicalText() {
        Property.forAll(Gen.object(), object -> {
            List<Map.Entry<String, Json>> members =
                    new ArrayList<>(object.members().entrySet());
            Collections.reverse(members);
            Map<String, Json> reversed = new LinkedHashMap<>();
            members.forEach(member -> reversed.put(member.getKey(), member.getValue()));
            Json.Obj other = Json.Obj.of(reversed);

            assertThat(other).isEqualTo(object).hasSameHashCodeAs(object);
            assertThat(other.canonical()).isEqualTo(object.canonical());
        });
    }

    @Test
    void aSchemaIsItsDocument() {
        Property.forAll(Arbitrary.of(JsonSchema.class), schema -> {
            assertThat(Json.of(schema)).isEqualTo(schema.json());
            assertThat(Json.of(schema).as(JsonSchema.class)).isEqualTo(schema);
        });
    }

    @Test
    void jsonThatDoesNotFitIsRefusedWithJsonException() {
        for (Class<?> type : records()) {
            Property.forAll(50, Gen.json(), json -> {
                try {
                    Object read = json.as(type);
                    assertThat(read).isNotNull();
                } catch (JsonException refused) {
                    assertThat(refused.getMessage()).isNotBlank();
                }
            });
        }
    }
}
