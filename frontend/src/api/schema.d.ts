// Generated from openapi.json by `npm run gen-api`. Never edited.

export interface paths {
    "/api/agent/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Agent Config
         * @description What an agent needs to know before it watches. With If-None-Match and `wait`, the answer
         *     comes when something has changed, or after so many seconds as 304.
         */
        get: operations["agent_config_api_agent_config_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agent/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Store Evidence
         * @description What an agent captured of something that it reported.
         */
        put: operations["store_evidence_api_agent_evidence_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agent/heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Heartbeat
         * @description An agent lives, and how it is doing. That it leads, and what it says of nodes then, is
         *     believed from the holder of the Lease only, or from a token that is bound to no node.
         */
        post: operations["heartbeat_api_agent_heartbeat_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agent/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Open Pods
         * @description What is held to be failing, for an agent after its restart: in all of the cluster, on one
         *     node, or (`rest`) on none. Without a scope: on `node`, or where the agent's token is from.
         */
        get: operations["open_pods_api_agent_open_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Me
         * @description Who is signed in.
         */
        get: operations["me_api_auth_me_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign In
         * @description Exchange the token for a cookie that scripts cannot read.
         */
        post: operations["sign_in_api_auth_session_post"];
        /**
         * Sign Out
         * @description Forget the cookie in this browser.
         */
        delete: operations["sign_out_api_auth_session_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Config
         * @description Versions, addresses, and who watches.
         */
        get: operations["config_api_config_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stream
         * @description Everything that changes, from now on or after event `since` (`Last-Event-ID` wins).
         *
         *     `hb {now, seq}` comes at once and then every 15 s; `resync {}` says to fetch everything again.
         */
        get: operations["stream_api_events_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Incidents
         * @description What fails and what has failed, most urgent first.
         */
        get: operations["list_incidents_api_incidents_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Incident
         * @description All that its page needs but the evidence.
         */
        get: operations["read_incident_api_incidents__incident_id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledge
         * @description Tell the team that somebody is looking at it.
         */
        post: operations["acknowledge_api_incidents__incident_id__acknowledge_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Evidence
         * @description What was captured, newest first, without the texts.
         */
        get: operations["list_evidence_api_incidents__incident_id__evidence_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/evidence/{evidence_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Evidence
         * @description One captured thing with its text, redacted. It never changes, so its ETag is its id.
         */
        get: operations["read_evidence_api_incidents__incident_id__evidence__evidence_id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/ignore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ignore
         * @description Out of the list: until a time, until it was reported so often again, or for ever.
         */
        post: operations["ignore_api_incidents__incident_id__ignore_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resolve
         * @description Say that it is over; a new failure reopens it as regressed.
         */
        post: operations["resolve_api_incidents__incident_id__resolve_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore
         * @description Back into the list.
         */
        post: operations["restore_api_incidents__incident_id__restore_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{incident_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry
         * @description Gather and diagnose again.
         */
        post: operations["retry_api_incidents__incident_id__retry_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pods/failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report Failed
         * @description A pod, or another object, fails. Opens its owner's incident, or adds to it; the same report
         *     again changes nothing.
         */
        post: operations["report_failed_api_pods_failed_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pods/gone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report Gone
         * @description What failed was deleted.
         */
        post: operations["report_gone_api_pods_gone_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pods/healthy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report Healthy
         * @description What failed is well again.
         */
        post: operations["report_healthy_api_pods_healthy_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Runs
         * @description What runs and what has run.
         */
        get: operations["list_runs_api_runs_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Run
         * @description A run with its newest 200 steps, and those that Temporal is about to retry.
         */
        get: operations["read_run_api_runs__run_id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alive
         * @description This process answers; nothing else is asked.
         */
        get: operations["alive_healthz_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ready
         * @description Whether this process can do its work now; each part it needs is named.
         */
        get: operations["ready_readyz_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Accepted
         * @description The answer to a report. `incident_id` is None where nothing was open for a pod that is
         *     healthy or gone.
         */
        Accepted: {
            /**
             * Duplicate
             * @default false
             */
            duplicate: boolean;
            /** Incident Id */
            incident_id: string | null;
        };
        /**
         * Agent
         * @description An agent as it last spoke. `node` is '' for one that watches every node; `leads` where it
         *     also watches what belongs to no node; `refused` says what it may not read.
         */
        Agent: {
            /** Cluster */
            cluster: string;
            /** Leads */
            leads: boolean;
            /** Live */
            live: boolean;
            /** Namespaces */
            namespaces: number;
            /** Node */
            node: string;
            /** Pods */
            pods: number;
            /** Problem */
            problem: string | null;
            /** Refused */
            refused: string[];
            /**
             * Seen At
             * Format: date-time
             */
            seen_at: string;
            /** Version */
            version: string;
        };
        /**
         * AgentConfig
         * @description GET /api/agent/config: what an agent needs to know. `redaction_key` is base64, of the agent's
         *     cluster alone; `graces` are seconds, by the names of kure.domain.failures.model.Graces.
         */
        AgentConfig: {
            /** Cluster */
            cluster: string;
            /**
             * Graces
             * @default {}
             */
            graces: {
                [key: string]: number;
            };
            /** Redaction Key */
            redaction_key: string;
        };
        /**
         * CapturedEvidence
         * @description PUT /api/agent/evidence: what would soon be lost, captured by the agent when it saw the
         *     failure. All of it is redacted already.
         *
         *     `owners` are the owners that were read, nearest first; `node` is the pod's node without its
         *     images; `usage` is what metrics.k8s.io said of the pod at that moment.
         */
        CapturedEvidence: {
            /**
             * Events
             * @default []
             */
            events: {
                [key: string]: unknown;
            }[];
            /**
             * Kind
             * @default Pod
             */
            kind: string;
            /**
             * Logs
             * @default []
             */
            logs: components["schemas"]["CapturedLog"][];
            /** Name */
            name: string;
            /** Namespace */
            namespace: string;
            /** Node */
            node?: {
                [key: string]: unknown;
            } | null;
            /**
             * Owners
             * @default []
             */
            owners: {
                [key: string]: unknown;
            }[];
            /**
             * Since
             * Format: date-time
             */
            since: string;
            /** Uid */
            uid: string;
            /**
             * Unavailable
             * @default []
             */
            unavailable: string[];
            /** Usage */
            usage?: {
                [key: string]: unknown;
            } | null;
        };
        /**
         * CapturedLog
         * @description The last lines of one container. `stream` is `current` or `previous`; `text` is redacted
         *     already.
         */
        CapturedLog: {
            /** Container */
            container: string;
            /** Stream */
            stream: string;
            /** Text */
            text: string;
            /**
             * Truncated
             * @default false
             */
            truncated: boolean;
        };
        /**
         * Cause
         * @description Why a container, a whole pod or another object fails. `rule` is the permanent id of the rule
         *     that says so.
         */
        Cause: {
            confidence: components["schemas"]["Confidence"];
            /** Container */
            container: string;
            /** Evidence */
            evidence: components["schemas"]["EvidenceLine"][];
            /** Explanation */
            explanation: string;
            /** Failure Class */
            failure_class: string;
            /** Fix */
            fix: string;
            /** Rule */
            rule: string;
            /** Title */
            title: string;
        };
        /**
         * ChangeBody
         * @description `version`, where given, is the one that the caller saw; a newer one answers 409.
         */
        ChangeBody: {
            /**
             * Reason
             * @default
             */
            reason: string;
            /** Version */
            version?: number | null;
        };
        /**
         * Changed
         * @description What an action led to.
         */
        Changed: {
            /** Id */
            id: string;
            status: components["schemas"]["Status"];
            /** Version */
            version: number;
        };
        /**
         * Confidence
         * @description How far the evidence carries. `symptom`: it is known what fails, not why.
         * @enum {string}
         */
        Confidence: "definitive" | "likely" | "symptom";
        /**
         * Config
         * @description What the dashboard needs to start. `time` is the server's clock.
         */
        Config: {
            /** Cluster */
            cluster: string;
            /** Pending Grace Seconds */
            pending_grace_seconds: number;
            /** Temporal Ui Url */
            temporal_ui_url: string | null;
            /**
             * Time
             * Format: date-time
             */
            time: string;
            /** Version */
            version: string;
            watching: components["schemas"]["Watching"];
        };
        /**
         * DiagnosisView
         * @description The newest diagnosis. `number` is the report up to which it knows; causes are ordered, first
         *     to fix first.
         */
        DiagnosisView: {
            /** Causes */
            causes: components["schemas"]["Cause"][];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Evidence Ids */
            evidence_ids: string[];
            /** Id */
            id: string;
            /** Number */
            number: number;
            /**
             * Source
             * @constant
             */
            source: "rules";
            /** Unavailable */
            unavailable: string[];
        };
        /**
         * EvidenceItem
         * @description GET /api/incidents/{id}/evidence/{evidence_id}: with the redacted text.
         */
        EvidenceItem: {
            /** Bytes */
            bytes: number;
            /**
             * Captured At
             * Format: date-time
             */
            captured_at: string;
            /**
             * Captured By
             * @enum {string}
             */
            captured_by: "agent" | "worker";
            /**
             * Container
             * @default
             */
            container: string;
            /** Id */
            id: string;
            kind: components["schemas"]["EvidenceKind"];
            /**
             * Stream
             * @default
             */
            stream: string;
            /** Subject */
            subject: string;
            /** Text */
            text: string;
            /** Truncated */
            truncated: boolean;
        };
        /**
         * EvidenceKind
         * @enum {string}
         */
        EvidenceKind: "log" | "events" | "manifest" | "owner" | "node" | "usage";
        /**
         * EvidenceLine
         * @description One line that supports a cause.
         *
         *     `source` says where it was read: `pod`, `event`, `log`, `owner`, `node`, or `object` for an
         *     object of another kind. `subject` is the object (`Pod/web-7f`), for logs with container and
         *     stream (`Pod/web-7f/app/previous`); `field` is a path in the object, a log line's number counted
         *     from 1 or an event's reason; `text` is the line itself.
         */
        EvidenceLine: {
            /** Field */
            field: string;
            /** Source */
            source: string;
            /** Subject */
            subject: string;
            /** Text */
            text: string;
        };
        /** EvidenceList */
        EvidenceList: {
            /** Items */
            items: components["schemas"]["EvidenceRow"][];
        };
        /**
         * EvidenceRow
         * @description One captured thing, without its text. `captured_by` is agent or worker.
         */
        EvidenceRow: {
            /** Bytes */
            bytes: number;
            /**
             * Captured At
             * Format: date-time
             */
            captured_at: string;
            /**
             * Captured By
             * @enum {string}
             */
            captured_by: "agent" | "worker";
            /**
             * Container
             * @default
             */
            container: string;
            /** Id */
            id: string;
            kind: components["schemas"]["EvidenceKind"];
            /**
             * Stream
             * @default
             */
            stream: string;
            /** Subject */
            subject: string;
            /** Truncated */
            truncated: boolean;
        };
        /** EvidenceStored */
        EvidenceStored: {
            /** Evidence Ids */
            evidence_ids: string[];
        };
        /**
         * FailedReport
         * @description POST /api/pods/failed. All that is not given is derived from `manifest`, or left out.
         *
         *     `kind` is Pod, or that of another object that fails: a Job, a Node, a Service. `node` is the
         *     node that the pod was given to, '' for what belongs to no node.
         */
        FailedReport: {
            /** Cluster */
            cluster?: string | null;
            /**
             * Container Statuses
             * @default []
             */
            container_statuses: {
                [key: string]: unknown;
            }[];
            /**
             * Events
             * @default []
             */
            events: {
                [key: string]: unknown;
            }[];
            /**
             * Failures
             * @default []
             */
            failures: components["schemas"]["ReportedFailure"][];
            /**
             * Kind
             * @default Pod
             */
            kind: string;
            /** Logs */
            logs?: string | null;
            /** Manifest */
            manifest?: {
                [key: string]: unknown;
            } | string | null;
            /** Message */
            message?: string | null;
            /** Name */
            name: string;
            /** Namespace */
            namespace: string;
            /**
             * Node
             * @default
             */
            node: string;
            owner?: components["schemas"]["Owner"] | null;
            /**
             * Reason
             * @default
             */
            reason: string;
            /**
             * Uid
             * @default
             */
            uid: string;
        };
        /**
         * FailureClass
         * @description What fails, in Kubernetes' own words where it has some. Listed in the order in which it must
         *     be fixed: what keeps pods from being made, placed and started stands before what they do.
         * @enum {string}
         */
        FailureClass: "NodeNotReady" | "NodePressure" | "FailedCreate" | "ClaimLost" | "ClaimPending" | "Unschedulable" | "RejectedByNode" | "Evicted" | "StuckTerminating" | "FailedCreatePodSandBox" | "FailedMount" | "ContainerCreating" | "ImagePullBackOff" | "CreateContainerConfigError" | "CreateContainerError" | "RunContainerError" | "PodInitializing" | "OOMKilled" | "CrashLoopBackOff" | "DeadlineExceeded" | "Failed" | "NotReady" | "JobFailed" | "JobAlreadyActive" | "MissSchedule" | "ProgressDeadlineExceeded" | "NoEndpoints" | "IngressBackendNotFound" | "ScalingInactive";
        /** HTTPValidationError */
        HTTPValidationError: {
            /** Detail */
            detail?: components["schemas"]["ValidationError"][];
        };
        /**
         * Heartbeat
         * @description POST /api/agent/heartbeat.
         *
         *     `node` is '' for an agent that watches every node (scope `all`). `leads` where it also watches
         *     what belongs to no node; only then `nodes` names every node of the cluster. `watch_lag_seconds`
         *     is how long ago the stalest of its watches last heard from the API server; `spool_bytes` what
         *     waits on its disk; `refused` says which lists it may not read, in plain words.
         */
        Heartbeat: {
            /**
             * Leads
             * @default false
             */
            leads: boolean;
            /**
             * Namespaces
             * @default 0
             */
            namespaces: number;
            /**
             * Node
             * @default
             */
            node: string;
            /** Nodes */
            nodes?: string[] | null;
            /**
             * Pods
             * @default 0
             */
            pods: number;
            /** Problem */
            problem?: string | null;
            /**
             * Queued
             * @default 0
             */
            queued: number;
            /**
             * Refused
             * @default []
             */
            refused: string[];
            /**
             * Spool Bytes
             * @default 0
             */
            spool_bytes: number;
            /** Version */
            version: string;
            /**
             * Watch Lag Seconds
             * @default 0
             */
            watch_lag_seconds: number;
        };
        /**
         * IgnoreBody
         * @description Until a moment, until it was reported `count` times more, or for ever: one of them.
         */
        IgnoreBody: {
            /** Count */
            count?: number | null;
            /**
             * Reason
             * @default
             */
            reason: string;
            /** Until */
            until?: string | "forever" | null;
            /** Version */
            version?: number | null;
        };
        /**
         * IncidentDetail
         * @description GET /api/incidents/{id}: all that the page needs but the evidence, in one call.
         */
        IncidentDetail: {
            /** Acknowledged By */
            acknowledged_by?: string | null;
            /** As Of Seq */
            as_of_seq: number;
            /** Classes */
            classes: string[];
            /** Cluster */
            cluster: string;
            /** Diagnosing */
            diagnosing: boolean;
            diagnosis: components["schemas"]["DiagnosisView"] | null;
            /**
             * First Seen
             * Format: date-time
             */
            first_seen: string;
            /** Id */
            id: string;
            /** Ignored Until */
            ignored_until?: string | "forever" | null;
            /** Kind */
            kind: string;
            /**
             * Last Seen
             * Format: date-time
             */
            last_seen: string;
            /** Name */
            name: string;
            /** Namespace */
            namespace: string;
            /** Pods */
            pods: components["schemas"]["PodRow"][];
            /** Pods Failing */
            pods_failing: number;
            /** Pods Seen */
            pods_seen: number;
            /** Regressions */
            regressions: number;
            resolution?: components["schemas"]["Resolution"] | null;
            /** Resolved At */
            resolved_at?: string | null;
            run: components["schemas"]["Run"] | null;
            severity: components["schemas"]["Severity"];
            status: components["schemas"]["Status"];
            /** Summary */
            summary: string;
            /** Timeline */
            timeline: components["schemas"]["TimelineEntry"][];
            /** Version */
            version: number;
        };
        /**
         * IncidentPage
         * @description A page of the list. `counts` are of the filter without its status; `total` with it.
         */
        IncidentPage: {
            /** As Of Seq */
            as_of_seq: number;
            /** Counts */
            counts: {
                [key: string]: number;
            };
            /** Items */
            items: components["schemas"]["IncidentRow"][];
            /** Next */
            next: string | null;
            /** Total */
            total: number;
        };
        /**
         * IncidentRow
         * @description One line of the list: at most 600 bytes, no manifests, no logs.
         */
        IncidentRow: {
            /** Acknowledged By */
            acknowledged_by?: string | null;
            /** Classes */
            classes: string[];
            /** Cluster */
            cluster: string;
            /** Diagnosing */
            diagnosing: boolean;
            /**
             * First Seen
             * Format: date-time
             */
            first_seen: string;
            /** Id */
            id: string;
            /** Ignored Until */
            ignored_until?: string | "forever" | null;
            /** Kind */
            kind: string;
            /**
             * Last Seen
             * Format: date-time
             */
            last_seen: string;
            /** Name */
            name: string;
            /** Namespace */
            namespace: string;
            /** Pods Failing */
            pods_failing: number;
            /** Pods Seen */
            pods_seen: number;
            /** Regressions */
            regressions: number;
            resolution?: components["schemas"]["Resolution"] | null;
            /** Resolved At */
            resolved_at?: string | null;
            severity: components["schemas"]["Severity"];
            status: components["schemas"]["Status"];
            /** Summary */
            summary: string;
            /** Version */
            version: number;
        };
        /** Me */
        Me: {
            user: components["schemas"]["User"];
        };
        /**
         * OpenPod
         * @description GET /api/agent/open: a pod, or another object, that the API holds to be failing.
         */
        OpenPod: {
            /** Failures */
            failures: components["schemas"]["ReportedFailure"][];
            /**
             * Kind
             * @default Pod
             */
            kind: string;
            /** Name */
            name: string;
            /** Namespace */
            namespace: string;
            /** Uid */
            uid: string;
        };
        /** OpenPods */
        OpenPods: {
            /** Items */
            items: components["schemas"]["OpenPod"][];
        };
        /**
         * Owner
         * @description The top owner as the agent found it. The worker walks again: a report is a claim.
         */
        Owner: {
            /** Kind */
            kind: string;
            /** Name */
            name: string;
        };
        /** Part */
        Part: {
            /** Detail */
            detail: string;
            /**
             * Name
             * @enum {string}
             */
            name: "postgresql" | "temporal";
            /** Ok */
            ok: boolean;
        };
        /**
         * PodReport
         * @description POST /api/pods/healthy and /api/pods/gone. `since` is the object's own time of the change,
         *     where it has one.
         */
        PodReport: {
            /** Cluster */
            cluster?: string | null;
            /**
             * Kind
             * @default Pod
             */
            kind: string;
            /** Name */
            name: string;
            /** Namespace */
            namespace: string;
            /** Since */
            since?: string | null;
            /** Uid */
            uid: string;
        };
        /**
         * PodRow
         * @description A pod of an incident, or another object that failed (`kind`). `state` is failing, healthy or
         *     gone.
         */
        PodRow: {
            /** Failures */
            failures: components["schemas"]["ReportedFailure"][];
            /**
             * First Seen
             * Format: date-time
             */
            first_seen: string;
            /**
             * Kind
             * @default Pod
             */
            kind: string;
            /**
             * Last Seen
             * Format: date-time
             */
            last_seen: string;
            /** Name */
            name: string;
            /** Node */
            node: string;
            /**
             * State
             * @enum {string}
             */
            state: "failing" | "healthy" | "gone";
            /** Uid */
            uid: string;
        };
        /** Readiness */
        Readiness: {
            /** Parts */
            parts: components["schemas"]["Part"][];
            /** Ready */
            ready: boolean;
        };
        /** ReportedFailure */
        ReportedFailure: {
            /**
             * Container
             * @default
             */
            container: string;
            failure_class: components["schemas"]["FailureClass"];
            /**
             * Message
             * @default
             */
            message: string;
            /**
             * Reason
             * @default
             */
            reason: string;
            /**
             * Since
             * Format: date-time
             */
            since: string;
        };
        /**
         * Resolution
         * @description Why an incident was closed.
         * @enum {string}
         */
        Resolution: "recovered" | "gone" | "stopped" | "person";
        /**
         * Run
         * @description One workflow, over all its continuations: `id` is the first execution's run id.
         */
        Run: {
            /** Ended At */
            ended_at?: string | null;
            /** Id */
            id: string;
            /** Incident Id */
            incident_id: string | null;
            /**
             * Started At
             * Format: date-time
             */
            started_at: string;
            /**
             * State
             * @enum {string}
             */
            state: "running" | "completed" | "failed" | "cancelled" | "lost";
            /**
             * Steps
             * @default []
             */
            steps: components["schemas"]["Step"][];
            /** Temporal Url */
            temporal_url?: string | null;
            /** Workflow Id */
            workflow_id: string;
            /** Workflow Type */
            workflow_type: string;
        };
        /**
         * RunPage
         * @description Runs without their steps, newest first; `next` continues the list.
         */
        RunPage: {
            /** Items */
            items: components["schemas"]["Run"][];
            /** Next */
            next: string | null;
        };
        /**
         * Severity
         * @description How much of the workload is down.
         * @enum {string}
         */
        Severity: "critical" | "high" | "medium" | "low";
        /** SignIn */
        SignIn: {
            /** Token */
            token: string;
        };
        /**
         * Status
         * @description `regressed` is an open incident that had been resolved before.
         * @enum {string}
         */
        Status: "open" | "regressed" | "ignored" | "resolved";
        /**
         * Step
         * @description One attempt of one step. `step` is unique in the run; `name` is the activity's; `summary` is
         *     in plain words.
         */
        Step: {
            /** Attempt */
            attempt: number;
            /** Ended At */
            ended_at?: string | null;
            /** Error */
            error?: string | null;
            /** Name */
            name: string;
            /** Next Retry At */
            next_retry_at?: string | null;
            /**
             * Started At
             * Format: date-time
             */
            started_at: string;
            state: components["schemas"]["StepState"];
            /** Step */
            step: string;
            /** Summary */
            summary: string;
        };
        /**
         * StepState
         * @description Only moves forward. `lost`: a worker died on that attempt; a later attempt took over.
         * @enum {string}
         */
        StepState: "waiting" | "running" | "retrying" | "done" | "failed" | "lost";
        /**
         * TimelineEntry
         * @description One thing that happened: `opened`, `regressed`, `diagnosed`, `acknowledged`, `ignored`,
         *     `restored`, `resolved`, …
         */
        TimelineEntry: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** By */
            by?: string | null;
            /**
             * Text
             * @default
             */
            text: string;
            /** What */
            what: string;
        };
        /**
         * UnwatchedNode
         * @description A node whose failures nobody would see, and since when.
         */
        UnwatchedNode: {
            /** Cluster */
            cluster: string;
            /** Node */
            node: string;
            /**
             * Since
             * Format: date-time
             */
            since: string;
        };
        /** User */
        User: {
            /** Name */
            name: string;
            /** Role */
            role: string;
        };
        /** ValidationError */
        ValidationError: {
            /** Context */
            ctx?: Record<string, never>;
            /** Input */
            input?: unknown;
            /** Location */
            loc: (string | number)[];
            /** Message */
            msg: string;
            /** Error Type */
            type: string;
        };
        /**
         * Watching
         * @description Who watches. Where `live` is false, that nothing is reported says nothing; nor does it of the
         *     nodes in `unwatched`. `nodes_total` counts the nodes that the leading agents have named.
         */
        Watching: {
            /** Agents */
            agents: components["schemas"]["Agent"][];
            /** Last Seen */
            last_seen: string | null;
            /** Live */
            live: boolean;
            /** Nodes Total */
            nodes_total: number;
            /** Unwatched */
            unwatched: components["schemas"]["UnwatchedNode"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    agent_config_api_agent_config_get: {
        parameters: {
            query?: {
                wait?: number;
            };
            header?: {
                "if-none-match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentConfig"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    store_evidence_api_agent_evidence_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CapturedEvidence"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvidenceStored"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    heartbeat_api_agent_heartbeat_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Heartbeat"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    open_pods_api_agent_open_get: {
        parameters: {
            query?: {
                node?: string;
                scope?: ("all" | "node" | "rest") | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenPods"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    me_api_auth_me_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    sign_in_api_auth_session_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    sign_out_api_auth_session_delete: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    config_api_config_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Config"];
                };
            };
        };
    };
    stream_api_events_get: {
        parameters: {
            query?: {
                since?: number | null;
            };
            header?: {
                "last-event-id"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_incidents_api_incidents_get: {
        parameters: {
            query?: {
                status?: components["schemas"]["Status"][];
                cluster?: string[];
                namespace?: string[];
                kind?: string[];
                workload?: string[];
                class?: components["schemas"]["FailureClass"][];
                severity?: components["schemas"]["Severity"][];
                since?: string | null;
                q?: string;
                sort?: "attention" | "last_seen" | "first_seen";
                limit?: number;
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentPage"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    read_incident_api_incidents__incident_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentDetail"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    acknowledge_api_incidents__incident_id__acknowledge_post: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_evidence_api_incidents__incident_id__evidence_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvidenceList"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    read_evidence_api_incidents__incident_id__evidence__evidence_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                incident_id: string;
                evidence_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvidenceItem"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    ignore_api_incidents__incident_id__ignore_post: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IgnoreBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    resolve_api_incidents__incident_id__resolve_post: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    restore_api_incidents__incident_id__restore_post: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    retry_api_incidents__incident_id__retry_post: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    report_failed_api_pods_failed_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FailedReport"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    report_gone_api_pods_gone_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PodReport"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    report_healthy_api_pods_healthy_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PodReport"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    list_runs_api_runs_get: {
        parameters: {
            query?: {
                state?: ("running" | "completed" | "failed" | "cancelled" | "lost")[];
                incident_id?: string | null;
                limit?: number;
                after?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunPage"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    read_run_api_runs__run_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    alive_healthz_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
        };
    };
    ready_readyz_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
}
