from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotation', '0003_questions_freeze'),
    ]

    operations = [
        migrations.AddField(
            model_name='study',
            name='takes_crowd',
            field=models.BooleanField(default=False, help_text="People sent by a crowd service may enter by the study's own address."),
        ),
    ]
