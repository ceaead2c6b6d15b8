"""Studies with versions of questions, quotas, assignments, responses with a history, exclusions."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_member_events'),
        ('annotation', '0001_initial'),
    ]

    operations = [
        # The first tables were never written to; the models have another shape now.
        migrations.DeleteModel('Response'),
        migrations.DeleteModel('Item'),
        migrations.DeleteModel('Study'),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text="The item's id in exported files.", max_length=200)),
                ('number', models.PositiveIntegerField(default=0, help_text='Its place in the order in which items were added.')),
                ('kind', models.CharField(choices=[('work', 'Item'), ('gold', 'Gold item'), ('attention', 'Attention check'), ('training', 'Training item')], default='work', max_length=10)),
                ('content', models.JSONField(help_text='Turns, responses and texts as the question kinds read them.')),
                ('domain', models.CharField(default='general', max_length=40)),
                ('constraints', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, help_text='Hard constraints of the domain.', size=None)),
                ('risk_tier', models.CharField(blank=True, choices=[('', 'Not stated'), ('low', 'Low'), ('medium', 'Medium'), ('high', 'High')], max_length=20)),
                ('provenance', models.JSONField(blank=True, default=dict, help_text='Source, model, sampling settings.')),
                ('is_conflict_case', models.BooleanField(default=False)),
                ('tensions', models.JSONField(blank=True, default=list, help_text='Dimensions in conflict, where it is a conflict case.')),
                ('is_synthetic', models.BooleanField(default=False)),
                ('validated_by', models.PositiveSmallIntegerField(default=0, help_text='How many people validated it.')),
                ('expected', models.JSONField(blank=True, default=dict, help_text='The right value by question, for gold, attention and training items.')),
                ('feedback', models.TextField(blank=True, help_text='What is said after a training item is answered.')),
                ('uncertainty', models.FloatField(default=0.0, help_text='How much its answers differ; sets the order of assignment.')),
                ('retired_at', models.DateTimeField(blank=True, help_text='No longer given to anyone since.', null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['study', 'number', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Quota',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stratum', models.CharField(blank=True, help_text='Empty where anyone may answer.', max_length=200)),
                ('wanted', models.PositiveSmallIntegerField()),
                ('taken', models.PositiveSmallIntegerField(default=0)),
                ('drawn', models.PositiveIntegerField(default=0, help_text='How often it was ever given; balances the shown order.')),
                ('rank', models.FloatField(default=0.0)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quotas', to='annotation.item')),
            ],
            options={
                'ordering': ['study', 'stratum', 'rank', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('assigned', 'In hand'), ('answered', 'Answered'), ('skipped', 'Skipped'), ('abandoned', 'Left unanswered'), ('discarded', 'Answer discarded')], default='assigned', max_length=10)),
                ('seed', models.BigIntegerField(default=0)),
                ('order_shown', models.JSONField(blank=True, default=dict, help_text='{"responses": [ids in the order shown], "options": {question: [codes]}}.')),
                ('skip_reason', models.CharField(blank=True, max_length=500)),
                ('assigned_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('deadline', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='accounts.member')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='annotation.item')),
                ('quota', models.ForeignKey(blank=True, help_text='The place it takes; empty for training, checks, and what has given its place back.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='annotation.quota')),
            ],
            options={
                'ordering': ['assigned_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Response',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('answers', models.JSONField(help_text='By question name: value, why, confidence and flags.')),
                ('order_shown', models.JSONField(blank=True, default=dict, help_text='As in the assignment.')),
                ('seconds', models.FloatField(blank=True, help_text='Time on task.', null=True)),
                ('state', models.CharField(choices=[('accepted', 'Accepted'), ('discarded', 'Discarded')], default='accepted', max_length=10)),
                ('discarded_why', models.CharField(blank=True, max_length=500)),
                ('passed', models.BooleanField(blank=True, help_text='Whether it is as expected, where that is known.', null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('assignment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='response', to='annotation.assignment')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='annotation.item')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='accounts.member')),
            ],
            options={
                'ordering': ['item', 'created_at'],
            },
        ),
        migrations.CreateModel(
            name='ResponseEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('given', 'Given'), ('changed', 'Changed'), ('discarded', 'Discarded'), ('restored', 'Accepted again')], max_length=10)),
                ('answers', models.JSONField(blank=True, default=dict, help_text='As they were from then on.')),
                ('seconds', models.FloatField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('happened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.member')),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='annotation.response')),
            ],
            options={
                'ordering': ['response', 'happened_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Study',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=120, unique=True)),
                ('title', models.CharField(max_length=300)),
                ('summary', models.CharField(blank=True, help_text='What it is about, in a sentence or two.', max_length=500)),
                ('guidelines', models.TextField(blank=True, help_text='How to answer, in Markdown.')),
                ('consent', models.TextField(blank=True, help_text="What people agree to before they start, besides the community's.")),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('closed', 'Closed')], default='draft', max_length=10)),
                ('policy', models.CharField(choices=[('least', 'The item with the fewest answers'), ('random', 'Any item, at random'), ('uncertain', 'The item people disagree on most'), ('batches', 'One batch of items after the other')], default='least', max_length=10)),
                ('responses_per_item', models.PositiveSmallIntegerField(default=3, help_text='Answers wanted for each item.')),
                ('strata', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, help_text='Names of the questions that make strata.', size=None)),
                ('quotas', models.JSONField(blank=True, default=dict, help_text='Answers wanted for each item from each stratum, {"woman": 2, "": 1}; "" takes anyone.')),
                ('batch_size', models.PositiveIntegerField(default=20)),
                ('most_per_member', models.PositiveIntegerField(blank=True, help_text='Items for one person, at most.', null=True)),
                ('hold_minutes', models.PositiveIntegerField(default=60, help_text='How long an item is kept for who was given it.')),
                ('check_every', models.PositiveSmallIntegerField(default=0, help_text='After how many answers a gold item or an attention check comes; 0 for never.')),
                ('screening', models.JSONField(blank=True, default=dict, help_text='{"training_correct": 2, "attention_missed": 2, "demographics": {"fluency": ["native"]}}.')),
                ('questionnaires', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=80), blank=True, default=list, size=None)),
                ('unit_pay_cents', models.PositiveIntegerField(default=0, help_text='For each accepted answer, in cents.')),
                ('currency', models.CharField(default='EUR', max_length=3)),
                ('estimated_seconds', models.PositiveIntegerField(default=60, help_text='For one item.')),
                ('completion_codes', models.JSONField(blank=True, default=dict, help_text='{"complete": …, "screened_out": …, "failed_attention": …, "refused": …}.')),
                ('is_blind', models.BooleanField(default=True, help_text='People are not told which model wrote what.')),
                ('validations_wanted', models.PositiveSmallIntegerField(default=3, help_text='How many people must have validated a synthetic item before it is exported.')),
                ('is_synthetic', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='studies', to='accounts.community')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.member')),
            ],
            options={
                'verbose_name_plural': 'studies',
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.AddField(
            model_name='response',
            name='study',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='annotation.study'),
        ),
        migrations.AddField(
            model_name='quota',
            name='study',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quota_rows', to='annotation.study'),
        ),
        migrations.AddField(
            model_name='item',
            name='study',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='annotation.study'),
        ),
        migrations.CreateModel(
            name='Exclusion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(help_text='What drew attention, such as too_fast or attention_missed.', max_length=100)),
                ('figures', models.JSONField(blank=True, default=dict, help_text='The figures the decision was taken on.')),
                ('reason', models.CharField(max_length=500)),
                ('decided_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('lifted_reason', models.CharField(blank=True, max_length=500)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.member')),
                ('lifted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.member')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exclusions', to='accounts.member')),
                ('study', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exclusions', to='annotation.study')),
            ],
            options={
                'ordering': ['-decided_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('training', 'Training'), ('active', 'Answering'), ('finished', 'Finished'), ('screened_out', 'Screened out'), ('failed_attention', 'Missed attention checks'), ('refused', 'Did not agree to take part')], default='training', max_length=16)),
                ('stratum', models.CharField(blank=True, help_text='As it was when the person started.', max_length=200)),
                ('crowd', models.CharField(blank=True, help_text='The service they came from: prolific, mturk or none.', max_length=20)),
                ('crowd_key', models.CharField(blank=True, help_text="Keyed hash of the service's id for them.", max_length=64)),
                ('answered', models.PositiveIntegerField(default=0, help_text='Items answered, without training and checks.')),
                ('seconds', models.FloatField(default=0.0)),
                ('training_correct', models.PositiveIntegerField(default=0)),
                ('attention_passed', models.PositiveIntegerField(default=0)),
                ('attention_missed', models.PositiveIntegerField(default=0)),
                ('consented_at', models.DateTimeField(blank=True, null=True)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='accounts.member')),
                ('study', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='enrolments', to='annotation.study')),
            ],
            options={
                'ordering': ['study', 'id'],
            },
        ),
        migrations.AddField(
            model_name='assignment',
            name='study',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='annotation.study'),
        ),
        migrations.CreateModel(
            name='StudyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('sha256', models.CharField(blank=True, help_text="Of the questions' canonical JSON, once published.", max_length=64)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('study', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='annotation.study')),
            ],
            options={
                'ordering': ['study', 'number'],
            },
        ),
        migrations.AddField(
            model_name='study',
            name='version',
            field=models.ForeignKey(blank=True, help_text='The questions that new assignments ask; empty until the study is opened.', null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='annotation.studyversion'),
        ),
        migrations.AddField(
            model_name='response',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='annotation.studyversion'),
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.SlugField(help_text="The column's name in exports.", max_length=60)),
                ('kind', models.CharField(choices=[('pairwise', 'Which of two is better'), ('rating', 'Ratings on one or more scales'), ('ranking', 'An order of all responses'), ('categories', 'One or more options'), ('safety', 'Safe or not, and what harm'), ('text', 'Own words'), ('spans', 'Marked passages with comments')], max_length=12)),
                ('text', models.CharField(max_length=500)),
                ('help_text', models.CharField(blank=True, max_length=500)),
                ('is_required', models.BooleanField(default=True)),
                ('settings', models.JSONField(blank=True, default=dict, help_text='Scales, options and rules, by kind.')),
                ('why', models.CharField(choices=[('no', 'No reason is asked'), ('optional', 'A reason may be given'), ('required', 'A reason is needed')], default='optional', max_length=10)),
                ('asks_confidence', models.BooleanField(default=False)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='annotation.studyversion')),
            ],
            options={
                'ordering': ['version', 'position'],
            },
        ),
        migrations.AddField(
            model_name='assignment',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='annotation.studyversion'),
        ),
        migrations.AddIndex(
            model_name='quota',
            index=models.Index(condition=models.Q(('taken__lt', models.F('wanted'))), fields=['study', 'stratum', 'rank', 'id'], name='quota_queue'),
        ),
        migrations.AddConstraint(
            model_name='quota',
            constraint=models.UniqueConstraint(models.F('item'), models.F('stratum'), name='quota_once_per_item_and_stratum'),
        ),
        migrations.AddConstraint(
            model_name='quota',
            constraint=models.CheckConstraint(condition=models.Q(('taken__lte', models.F('wanted'))), name='quota_never_exceeded'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(fields=['study', 'number'], name='item_in_order'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(condition=models.Q(('kind', 'work'), _negated=True), fields=['study', 'kind', 'number'], name='item_set_apart'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.UniqueConstraint(models.F('study'), models.F('name'), name='item_name_unique_in_study'),
        ),
        migrations.AddConstraint(
            model_name='exclusion',
            constraint=models.UniqueConstraint(models.F('study'), models.F('member'), condition=models.Q(('lifted_at', None)), name='exclusion_one_in_force_per_member'),
        ),
        migrations.AddConstraint(
            model_name='exclusion',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='exclusion_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.UniqueConstraint(models.F('study'), models.F('member'), name='enrolment_once_per_study'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.UniqueConstraint(models.F('study'), models.F('crowd'), models.F('crowd_key'), condition=models.Q(('crowd_key', ''), _negated=True), name='enrolment_once_per_crowd_worker'),
        ),
        migrations.AddConstraint(
            model_name='studyversion',
            constraint=models.UniqueConstraint(models.F('study'), models.F('number'), name='study_version_number_unique'),
        ),
        migrations.AddConstraint(
            model_name='study',
            constraint=models.CheckConstraint(condition=models.Q(('responses_per_item__gte', 1)), name='study_asks_for_a_response'),
        ),
        migrations.AddConstraint(
            model_name='study',
            constraint=models.CheckConstraint(condition=models.Q(('batch_size__gte', 1)), name='study_batch_has_an_item'),
        ),
        migrations.AddConstraint(
            model_name='study',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), ('version__isnull', False), _connector='OR'), name='study_has_a_version_once_opened'),
        ),
        migrations.AddIndex(
            model_name='response',
            index=models.Index(fields=['study', 'item'], name='response_by_study'),
        ),
        migrations.AddIndex(
            model_name='response',
            index=models.Index(fields=['study', 'member', '-created_at'], name='response_by_member'),
        ),
        migrations.AddConstraint(
            model_name='response',
            constraint=models.UniqueConstraint(models.F('item'), models.F('member'), name='response_once_per_item_and_member'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.UniqueConstraint(models.F('version'), models.F('name'), name='study_question_name_unique'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.UniqueConstraint(models.F('version'), models.F('position'), name='study_question_position_unique'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('state', 'assigned')), fields=['study', 'deadline'], name='assignment_overdue'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(fields=['member', 'study', 'state'], name='assignment_of_member'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(models.F('item'), models.F('member'), name='assignment_once_per_item_and_member'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(models.F('study'), models.F('member'), condition=models.Q(('state', 'assigned')), name='assignment_one_in_hand_per_study'),
        ),
    ]
