package dev.tenon.checks;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** The rules that {@link ModuleRules} and the architecture tests of core and of the whole hold, each as a value. */
public final class Rules {
    private static final String PRODUCT = "dev.tenon.";

    /** Its name only, so that this class passes its own rule. */
    private static final String THREAD_LOCAL = "java.lang.ThreadLocal";

    /** The modules that stand side by side on core. Examples, conformance and integrations may use several of them. */
    private static final Set<String> BESIDE_CORE =
            Set.of("providers", "testing", "tools", "workflow", "memory", "events");

    /** The folder of a module in this build, or the artifact's name in a repository. */
    private static final Pattern MODULE = Pattern.compile("(?:([^/]+)/target/|/tenon-([a-z]+)/)");

    private Rules() {}

    /** No two packages need each other, directly or in a round. */
    static ArchRule packagesHaveNoCycles() {
        return slices().matching("dev.tenon.(**)").should().beFreeOfCycles().allowEmptyShould(true);
    }

    /** Every package says {@code @NullMarked} in its {@code package-info}. */
    static ArchRule packagesAreNullMarked() {
        return classes()
                .should(condition(
                        "be in a @NullMarked package",
                        type -> type.getPackage().isAnnotatedWith(NullMarked.class)
                                ? Stream.of()
                                : Stream.of(type.getPackageName() + " has no package-info with @NullMarked")))
                .allowEmptyShould(true);
    }

    /** Our own {@code Json} is what the API speaks; only its adapter names Jackson, and what the wire formats share among themselves, which is not exported. */
    static ArchRule signaturesShowNoJackson() {
        DescribedPredicate<JavaClass> jackson = resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..");
        return classes()
                .that(describe(
                        "are not the adapter",
                        type -> !type.getName().startsWith("dev.tenon.json.JacksonJson")
                                && !type.getPackageName().equals("dev.tenon.wire")))
                .should(notShow(jackson))
                .allowEmptyShould(true);
    }

    /** Everything blocks: no future, publisher or thread-bound value is handed in or out. */
    static ArchRule signaturesBlock() {
        DescribedPredicate<JavaClass> asynchronous = describe(
                "asynchronous or bound to a thread",
                type -> type.isAssignableTo(CompletionStage.class)
                        || type.isAssignableTo(THREAD_LOCAL)
                        || type.getName().startsWith(Flow.class.getName())
                        || resideInAnyPackage("org.reactivestreams..", "reactor..", "io.reactivex..", "kotlin..")
                                .test(type));
        return classes().should(notShow(asynchronous)).allowEmptyShould(true);
    }

    /** Nothing is kept in a {@code ThreadLocal}: virtual threads are many and short-lived. */
    static ArchRule nothingIsBoundToAThread() {
        return noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(THREAD_LOCAL)
                .allowEmptyShould(true);
    }

    /** One package knows the HTTP library, so that it can be exchanged there; benchmarks besides, for the clients written by hand that ours stands beside. */
    static ArchRule okHttpIsSeenOnlyByHttp() {
        return noClasses()
                .that()
                .resideOutsideOfPackages("dev.tenon.http..", "dev.tenon.benchmarks..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("okhttp3..", "okio..", "kotlin..")
                .allowEmptyShould(true);
    }

    /**
     * Each package needs only those that stand before it.
     *
     * @param chain last parts of the names of core's packages, lowest first
     */
    public static ArchRule packagesFollow(List<String> chain) {
        return classes().should(condition("need only packages before their own in " + chain, type -> {
            int own = chain.indexOf(link(type));
            if (own < 0) return Stream.of(type.getName() + " is in no package of the chain");
            return type.getDirectDependenciesFromSelf().stream()
                    .filter(need -> need.getTargetClass().getPackageName().startsWith(PRODUCT))
                    .filter(need -> {
                        int wanted = chain.indexOf(link(need.getTargetClass()));
                        return wanted < 0 || wanted > own;
                    })
                    .map(Dependency::getDescription);
        }));
    }

    /**
     * Nothing but the JDK, the product's own packages and the named ones are needed.
     *
     * @param libraries package patterns of ArchUnit, such as {@code org.slf4j..}
     */
    public static ArchRule needOnly(String... libraries) {
        return noClasses()
                .should()
                .dependOnClassesThat(
                        resideOutsideOfPackages("java..", "dev.tenon..").and(resideOutsideOfPackages(libraries)));
    }

    /** Providers, tools, memory and the others beside core need core and the JDK's and their own libraries, never one another. */
    public static ArchRule modulesBesideCoreDoNotKnowOneAnother() {
        return classes()
                .that(describe("are in a module beside core", type -> BESIDE_CORE.contains(module(type))))
                .should(condition(
                        "need no module but core and their own",
                        type -> type.getDirectDependenciesFromSelf().stream()
                                .filter(need ->
                                        need.getTargetClass().getPackageName().startsWith(PRODUCT))
                                .filter(need -> !Set.of("core", module(type)).contains(module(need.getTargetClass())))
                                .map(need -> module(type) + " needs " + module(need.getTargetClass()) + ": "
                                        + need.getDescription())));
    }

    /** The name of the module a class was read from, such as {@code core}; empty for what is not the product's. */
    public static String module(JavaClass type) {
        JavaClass outermost = type.getBaseComponentType();
        return outermost
                .getSource()
                .map(source -> MODULE.matcher(source.getUri().toString()))
                .filter(Matcher::find)
                .map(found -> found.group(1) != null ? found.group(1) : found.group(2))
                .orElse("");
    }

    private static String link(JavaClass type) {
        String name = type.getPackageName();
        return name.substring(Math.min(PRODUCT.length(), name.length()));
    }

    private static ArchCondition<JavaClass> notShow(DescribedPredicate<JavaClass> unwanted) {
        return condition("show no type that is " + unwanted.getDescription(), type -> {
            if (!isVisible(type)) return Stream.of();
            Stream<String> above = Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream())
                    .flatMap(parent -> parent.getAllInvolvedRawTypes().stream())
                    .filter(unwanted)
                    .map(shown -> type.getName() + " extends " + shown.getName());
            Stream<String> within = type.getMembers().stream()
                    .filter(Rules::isVisible)
                    .flatMap(member -> types(member)
                            .flatMap(shown -> shown.getAllInvolvedRawTypes().stream())
                            .filter(unwanted)
                            .distinct()
                            .map(shown -> member.getFullName() + " shows " + shown.getName()));
            return Stream.concat(above, within);
        });
    }

    private static boolean isVisible(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(Rules::isVisible).orElse(true);
    }

    private static boolean isVisible(JavaMember member) {
        Set<JavaModifier> modifiers = member.getModifiers();
        return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
                && !modifiers.contains(JavaModifier.SYNTHETIC)
                && !modifiers.contains(JavaModifier.BRIDGE);
    }

    private static Stream<JavaType> types(JavaMember member) {
        if (member instanceof JavaField field) return Stream.of(field.getType());
        JavaCodeUnit code = (JavaCodeUnit) member;
        Stream<JavaType> bounds = code.getTypeParameters().stream().flatMap(it -> it.getUpperBounds().stream());
        Stream<JavaType> thrown = code.getThrowsClause().getTypes().stream().map(it -> it);
        Stream<JavaType> inAndOut = Stream.concat(Stream.of(code.getReturnType()), code.getParameterTypes().stream());
        return Stream.concat(Stream.concat(bounds, thrown), inAndOut);
    }

    private interface Violations {
        Stream<String> of(JavaClass type);
    }

    private static ArchCondition<JavaClass> condition(String description, Violations violations) {
        return new ArchCondition<>(description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Consumer<String> report = words -> events.add(SimpleConditionEvent.violated(type, words));
                violations.of(type).forEach(report);
            }
        };
    }
}
